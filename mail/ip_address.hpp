#pragma once

#include <string>

namespace stagepost {

/// Is this an IPv4 or IPv6 address, as inet_pton(3) reads it, without brackets?
[[nodiscard]] bool is_ip_address(const std::string& text);

} // namespace stagepost
