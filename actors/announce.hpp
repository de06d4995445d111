#pragma once

#include <cstdint>
#include <string>

namespace stagepost {

struct node;

/// `127.0.0.1:25`, `[::1]:25`.
std::string address_with_port(const std::string& host, std::uint16_t port);

/// The same for who wants to connect from this machine: a wildcard address is
/// one to listen on, not one to go to.
std::string local_address(const std::string& host, std::uint16_t port);

/// Logs which ports are open, and that the node is ready.
void announce(const node& here);

} // namespace stagepost
