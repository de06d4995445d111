#pragma once

#include "net/connection.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace stagepost::net {

/// Opens one outgoing connection. `done` comes on the loop's thread, never
/// from within the call, with the connection or the reason there is none.
/// @param address  IPv4 or IPv6 address of the peer.
/// @param from     Local address to bind to, of the same family, else
///                 `address_family_not_supported`; empty: the system chooses.
/// @param time_limit  For the connection to be made, else `timed_out`.
void dial(
  boost::asio::io_context& loop, const std::string& address, std::uint16_t port,
  const std::string& from, std::chrono::steady_clock::duration time_limit,
  std::function<void(std::shared_ptr<connection>, boost::system::error_code)>
    done);

} // namespace stagepost::net
