#pragma once

#include <string_view>

namespace stagepost::mime {

/// Goes through a structured field from left to right, each octet once.
class field_cursor {
public:
  explicit field_cursor(std::string_view text) : rest_(text) {
  }

  /// Space, line ends and comments (RFC 5322, 3.2.2).
  /// @returns false for a comment without end.
  bool skip() {
    int depth = 0;
    while (!rest_.empty() && (depth > 0 || is_space(now()) || now() == '(')) {
      if (now() == '\\' && rest_.size() > 1) // in a comment
        rest_.remove_prefix(1);
      else if (now() == '(')
        ++depth;
      else if (now() == ')')
        --depth;
      rest_.remove_prefix(1);
    }
    return depth == 0;
  }

  bool take(char c) {
    if (!skip() || rest_.empty() || now() != c)
      return false;
    rest_.remove_prefix(1);
    return true;
  }

protected:
  static bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
  }
  [[nodiscard]] char now() const {
    return rest_.front();
  }

  std::string_view rest_;
};

} // namespace stagepost::mime
