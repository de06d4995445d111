#pragma once

#include "config/configuration.hpp"
#include "net/connection.hpp"

#include <string>
#include <vector>

namespace stagepost {

/// The peer's IP address; one of IPv4 that is mapped into IPv6 as IPv4.
std::string client_address(const net::connection& peer);

/// Our own IP address that the peer reached, likewise.
std::string arrival_address(const net::connection& peer);

/// Whether one of the networks has this address.
bool is_among(const std::vector<config::network>& networks,
              const std::string& address);

} // namespace stagepost
