#pragma once

#include "mail/error.hpp"

#include <string>
#include <string_view>

namespace stagepost::sasl {

/// A user name or password as it is compared (SASLprep, RFC 4013): spaces of
/// other scripts become spaces, soft hyphens and the like go, the rest is
/// normalised (NFKC), so that two ways of typing one name are one name.
/// Printable ASCII stays as it is.
///
/// Code points that Unicode 3.2 had not assigned are taken (RFC 3454, 7), also
/// where a password is set: emoji are among them.
///
/// Fails with `syntax` if `text` is not UTF-8, has control characters or other
/// prohibited ones, mixes directions against RFC 3454, 6, or leaves nothing;
/// with `too_long` past 4,096 octets.
[[nodiscard]] result<std::string> saslprep(std::string_view text);

} // namespace stagepost::sasl
