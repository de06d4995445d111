#pragma once

#include "net/resolver.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stagepost::net {

/// Whether a name can be asked for: labels of 1 to 63 letters, digits, "-" and
/// "_", 253 octets in all. An internationalised name must be in its ASCII form.
[[nodiscard]] bool is_domain_name(std::string_view name);

/// Without its final dot, in lower case.
[[nodiscard]] std::string canonical_name(std::string_view name);

/// Reads the data of one MX record (RFC 1035, 3.3.9; RFC 7505).
/// @returns Nothing if it is no preference and host name.
[[nodiscard]] std::optional<mx_host> parse_mx(std::string_view data);

/// By preference, at most 100; a null MX among others counts for nothing.
[[nodiscard]] std::vector<mx_host>
mx_hosts(const std::vector<std::string>& records);

/// Reads the data of one TXT record: its strings in a row (RFC 7208, 3.3, and
/// others want it so).
/// @returns Nothing if they do not fill it, or hold more than 16 KiB.
[[nodiscard]] std::optional<std::string> parse_text(std::string_view data);

/// The name under which the DNS has an address's names (RFC 1035, 3.5; RFC
/// 3596, 2.5), without the final dot; "" for what is no address.
[[nodiscard]] std::string reverse_name(const std::string& ip);

/// Reads the data of one PTR record (RFC 1035, 3.3.12): a host name in lower
/// case, or nothing.
[[nodiscard]] std::optional<std::string> parse_ptr(std::string_view data);

/// The data of an A or AAAA record as text; empty if it has another size.
[[nodiscard]] std::string parse_address(std::string_view data);

} // namespace stagepost::net
