#pragma once

#include "mail/error.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace stagepost::sasl {

/// The longest text that is decoded, in octets: the longest line of an
/// exchange (RFC 4954, 4).
inline constexpr std::size_t max_base64 = 12'288;

/// Base64 with padding and without line ends (RFC 4648, 4).
[[nodiscard]] std::string encode_base64(std::string_view octets);

/// The octets that `text` stands for; any, NUL included. Taken is only what
/// `encode_base64` gives: no space or line end, the padding complete, no bit
/// set behind the last octet (RFC 4648, 3.3 and 3.5), so that octets have one
/// spelling. Fails with `syntax`, and with `too_long` past `max_base64`.
[[nodiscard]] result<std::string> decode_base64(std::string_view text);

} // namespace stagepost::sasl
