#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace stagepost {

/// Makes octets UTF-8, in pieces of any size: what is none becomes U+FFFD.
class utf8_repair {
public:
  void feed(std::string_view octets, std::string& out);
  /// The end of the text. It is then as new, but for what it has counted.
  void finish(std::string& out);

  /// How many octets were replaced.
  [[nodiscard]] std::uint64_t replaced() const noexcept {
    return replaced_;
  }

private:
  void replace(std::string& out);

  std::string rest_; ///< The beginning of a character.
  std::uint64_t replaced_ = 0;
};

/// The same for a text that is there as a whole.
[[nodiscard]] std::string repaired_utf8(std::string_view text);

} // namespace stagepost
