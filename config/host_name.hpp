#pragma once

#include <string>
#include <string_view>

namespace stagepost::config {

/// ASCII letters made small, as domains are compared.
std::string lower(std::string_view text);

/// What may follow EHLO: a domain of letters, digits and hyphens (RFC 5321,
/// 4.1.2; RFC 1123, 2.1), or an address literal such as `[192.0.2.1]` or
/// `[IPv6:2001:db8::1]`.
bool is_ehlo_name(std::string_view text);

/// A name as the DNS has it: as above, and with `_`, since people use it. A
/// last label of digits alone is no name: 10.0.0.999 is a slip.
bool is_domain(std::string_view text);

/// This machine's name, lower case; `localhost` if it is no EHLO name.
std::string machine_name();

} // namespace stagepost::config
