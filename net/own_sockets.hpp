#pragma once

#include "net/acceptor.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace stagepost::net {

/// Would a connection to this address and port come to one of these listening
/// sockets? Those that listen on all addresses (`0.0.0.0`, `::`) take what
/// comes to any of this machine's.
/// @param address  IPv4 or IPv6, without brackets.
[[nodiscard]] bool
is_own_socket(const std::string& address, std::uint16_t port,
              const std::vector<std::shared_ptr<acceptor>>& own);

} // namespace stagepost::net
