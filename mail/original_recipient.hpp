#pragma once

#include "mail/error.hpp"

#include <string>
#include <string_view>

namespace stagepost {

/// Reads the value of ORCPT (RFC 3461, 4.2; RFC 6533, 3): `type;address`, at
/// most 500 octets.
///
/// @returns It with the address decoded: `rfc822;user+a@example.com` of
///          `rfc822;user+2Ba@example.com`. An address of type `utf-8` may be
///          UTF-8 as it is or as `\x{F6}`, and is returned as UTF-8; any other
///          is printable ASCII. The type is in lower case.
/// Fails with `too_long`, and with `syntax`, also for an address that holds
/// control characters once it is decoded.
[[nodiscard]] result<std::string>
read_original_recipient(std::string_view text);

/// Appends what was read as a value of ORCPT, in ASCII whatever it holds.
void append_original_recipient(std::string& out, std::string_view value);

/// Appends what was read as a report's Original-Recipient has it (RFC 3464,
/// 2.3.1): `rfc822; user+a@example.com`, in ASCII whatever it holds.
void append_original_recipient_field(std::string& out, std::string_view value);

} // namespace stagepost
