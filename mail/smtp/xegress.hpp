#pragma once

#include "mail/egress_way.hpp"
#include "mail/error.hpp"

#include <string_view>

namespace stagepost::smtp {

// How a client that may says by which way its message is to leave: the address
// in short form, without `IPv6:`, the name in lower case; "" where it says
// nothing of one of them. A name is a domain without `_`, or an address literal
// in brackets.

/// The value of XEGRESS behind MAIL, in xtext: `192.0.2.1;mta.example.com`,
/// `;mta.example.com`, `2001:db8::1;`. Fails with `syntax`: without its `;`,
/// with neither side, for what is no address or no name.
[[nodiscard]] result<egress_way> read_xegress(std::string_view value);

/// Does this argument of EHLO have the shape, well-formed or not?
[[nodiscard]] bool asks_for_egress(std::string_view helo) noexcept;

/// The same from the argument of EHLO, for clients that add no parameters:
/// `[egress:192.0.2.1/mta.example.com]`, an address literal with a tag of its
/// own (RFC 5321, 4.1.3). Fails with `syntax`.
[[nodiscard]] result<egress_way> read_egress_of(std::string_view helo);

} // namespace stagepost::smtp
