#include "net/own_sockets.hpp"

#include "net/descriptor.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/udp.hpp>

#include <algorithm>
#include <sys/socket.h>

namespace stagepost::net {

namespace {

namespace ip = boost::asio::ip;

/// What a socket can be bound to is ours, interfaces that come and go included.
bool is_this_machine(const ip::address& x) {
  const ip::udp::endpoint to{x, 0};
  const descriptor probe{
    ::socket(to.protocol().family(), SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  return probe
         && ::bind(probe.get(), to.data(), static_cast<socklen_t>(to.size()))
              == 0;
}

/// 192.0.2.1 of ::ffff:192.0.2.1.
ip::address plain(const ip::address& x) {
  if (x.is_v6() && x.to_v6().is_v4_mapped())
    return ip::make_address_v4(ip::v4_mapped, x.to_v6());
  return x;
}

} // namespace

bool is_own_socket(const std::string& address, std::uint16_t port,
                   const std::vector<std::shared_ptr<acceptor>>& own) {
  boost::system::error_code ec;
  const auto to = plain(ip::make_address(address, ec));
  if (ec)
    return false;
  // 0.0.0.0 and :: reach this machine, too.
  const auto takes = [&](const std::shared_ptr<acceptor>& x) {
    if (!x || x->local().port() != port)
      return false;
    const auto here = x->local().address();
    if (here == to)
      return true;
    return here.is_v6() == to.is_v6()
           && (here.is_unspecified() || to.is_unspecified())
           && is_this_machine(to.is_unspecified() ? here : to);
  };
  return std::any_of(own.begin(), own.end(), takes);
}

} // namespace stagepost::net
