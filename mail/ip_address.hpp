#pragma once

#include <string>

namespace stagepost {

/// Is this an IPv4 or IPv6 address, as inet_pton(3) reads it, without brackets?
[[nodiscard]] bool is_ip_address(const std::string& text);

/// Is this an address of the loopback: 127.0.0.0/8 or ::1, or the former mapped
/// into IPv6? False for what is no address.
[[nodiscard]] bool is_loopback(const std::string& text);

/// The address in short form (RFC 5952), one of IPv4 that is mapped into IPv6
/// as IPv4; "" for what is none.
[[nodiscard]] std::string short_ip(const std::string& text);

} // namespace stagepost
