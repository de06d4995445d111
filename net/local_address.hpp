#pragma once

#include <string>

namespace stagepost::net {

/// Is this an address that a connection can come from: one of this machine's
/// own, at this moment? All of 127.0.0.0/8 is, on Linux. Costs four system
/// calls. @param ip  IPv4 or IPv6, without brackets.
[[nodiscard]] bool is_local_address(const std::string& ip);

} // namespace stagepost::net
