#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace stagepost::mime {

/// "type/subtype" at the begin of a Content-Type, as it stands there but for
/// comments and space; "" = no such thing.
[[nodiscard]] std::string type_before_parameters(std::string_view text);

/// The parameters of a structured field (RFC 2045, 5.1; RFC 2231), read
/// loosely: a value without quotes goes up to the next ";", and what is no
/// parameter is passed over. The work is linear in the text's length.
class parameters {
public:
  /// @param text  The field's value, UTF-8; what stands before the first ";"
  /// is no parameter.
  explicit parameters(std::string_view text);

  /// One of that name, in any case; the first of several. Decoded, with its
  /// continuations joined; encoded words are read, though they should not be
  /// there. "" = there is none.
  [[nodiscard]] std::string of(std::string_view name) const;

private:
  struct parameter {
    std::string name;
    int part = -1; ///< Of continuations; -1: all is here.
    bool encoded = false;
    std::string value;
  };
  static std::string joined(std::vector<const parameter*> parts);

  std::vector<parameter> all_;
};

} // namespace stagepost::mime
