#pragma once

#include "config/configuration.hpp"
#include "config/ip.hpp"
#include "mail/error.hpp"

#include <optional>
#include <string_view>

namespace stagepost::config {

/// "192.0.2.0/24", "2001:db8::/32", or one address alone. Fails with `syntax`,
/// and with `out_of_range` for bits set after the prefix.
result<network> parse_network(std::string_view text);

/// The same as bits; nothing if the address or the prefix is none.
std::optional<ip_network> to_bits(const network& x);

} // namespace stagepost::config
