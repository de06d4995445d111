#pragma once

#include "mail/error.hpp"

#include <string>
#include <string_view>

namespace stagepost {

/// Decodes xtext (RFC 3461, 4), as it stands behind `ENVID=`, behind the `;`
/// of `ORCPT=` and behind `AUTH=`: printable ASCII without spaces, in which
/// `+` and two upper case hexadecimal digits stand for an octet.
///
/// @returns The text: printable ASCII and spaces, so that it can be put into a
///          field of a report as it is (RFC 3461, 4.2 and 4.4, want it so).
/// Fails with `syntax`: for nothing at all, for an octet that xtext has not, a
/// `+` without its digits, and for what stands for a control character or an
/// octet over 127. How long it may be is the parameter's affair.
[[nodiscard]] result<std::string> decode_xtext(std::string_view text);

/// Appends any octets as xtext: what is not printable, space, `+` and `=` as
/// `+` and two digits.
void append_xtext(std::string& out, std::string_view octets);

/// Appends an address as utf-8-addr-xtext (RFC 6533, 3): printable ASCII, in
/// which any other character, and `+`, `=` and `\`, is written like
/// `\x{20AC}`. It is xtext as well, and what a report in ASCII shows. An octet
/// that is no UTF-8 becomes `?`.
void append_utf8_xtext(std::string& out, std::string_view address);

} // namespace stagepost
