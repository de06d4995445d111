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

/// The data of an A or AAAA record as text; empty if it has another size.
[[nodiscard]] std::string parse_address(std::string_view data);

} // namespace stagepost::net
