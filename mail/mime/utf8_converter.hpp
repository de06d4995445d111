#pragma once

#include "mail/utf8_repair.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace stagepost::mime {

/// Makes text of a charset UTF-8, in pieces of any size. Never fails: what
/// can't be read becomes U+FFFD.
class utf8_converter {
public:
  /// @param charset  As a message names it; one that is not known is read as
  /// windows-1252, as is ISO-8859-1, which is said where that is meant.
  explicit utf8_converter(std::string_view charset);
  ~utf8_converter();
  utf8_converter(const utf8_converter&) = delete;
  utf8_converter& operator=(const utf8_converter&) = delete;

  /// Whether it reads what was named, or windows-1252 in its place.
  [[nodiscard]] bool knows_charset() const noexcept;

  void convert(std::string_view octets, std::string& out);
  /// The end of the text; nothing comes after it.
  void finish(std::string& out);

private:
  void step(std::string_view octets, bool last, std::string& out);

  struct state;
  std::unique_ptr<state> state_; ///< Null for what is UTF-8 already.
  utf8_repair repair_;
};

} // namespace stagepost::mime
