#include "net/local_address.hpp"

#include "net/descriptor.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <netinet/in.h>
#include <sys/socket.h>

namespace stagepost::net {

bool is_local_address(const std::string& ip) {
  boost::system::error_code ec;
  const auto address = boost::asio::ip::make_address(ip, ec);
  // These can be bound, too, but nothing can be sent from them.
  if (ec || address.is_unspecified() || address.is_multicast()
      || (address.is_v4()
          && address.to_v4() == boost::asio::ip::address_v4::broadcast()))
    return false;
  const boost::asio::ip::tcp::endpoint at{address, 0};
  const descriptor fd{::socket(at.protocol().family(),
                               SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  // Only the address counts here: all its ports may be taken.
  const int on = 1;
  ::setsockopt(fd.get(), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  return fd
         && ::bind(fd.get(), at.data(), static_cast<socklen_t>(at.size())) == 0;
}

} // namespace stagepost::net
