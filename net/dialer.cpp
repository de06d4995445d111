#include "net/dialer.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cerrno>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace stagepost::net {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

using error_code = boost::system::error_code;
using dial_event = std::function<void(std::shared_ptr<connection>, error_code)>;

struct dialing : std::enable_shared_from_this<dialing> {
  dialing(asio::io_context& loop, dial_event done)
    : socket_(loop), timer_(loop), done_(std::move(done)) {
  }

  /// Asio's own `open` would leave the socket open in commands we run.
  error_code open(const tcp::endpoint& to) {
    auto protocol = to.protocol();
    auto fd = ::socket(protocol.family(),
                       SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
      return {errno, boost::system::system_category()};
    int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    // A local port is chosen when the peer is known: one can serve several.
    ::setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    error_code ec;
    socket_.assign(protocol, fd, ec);
    if (ec)
      ::close(fd);
    return ec;
  }

  void connect(const tcp::endpoint& to,
               std::chrono::steady_clock::duration time_limit) {
    socket_.async_connect(
      to, [self = shared_from_this()](error_code ec) { self->settle(ec); });
    timer_.expires_after(time_limit);
    timer_.async_wait([self = shared_from_this()](error_code ec) {
      if (!ec)
        self->settle(asio::error::timed_out);
    });
  }

  void settle(error_code ec) {
    auto done = std::exchange(done_, nullptr);
    if (!done)
      return;
    timer_.cancel();
    if (!ec)
      return done(connection::make(std::move(socket_)), ec);
    error_code ignored;
    socket_.close(ignored);
    done(nullptr, ec);
  }

  connection::socket socket_;
  asio::steady_timer timer_;
  dial_event done_;
};

error_code prepare(dialing& x, const tcp::endpoint& to,
                   const std::string& from) {
  if (auto ec = x.open(to))
    return ec;
  if (from.empty())
    return {};
  error_code ec;
  auto local = asio::ip::make_address(from, ec);
  if (ec)
    return ec;
  if (local.is_v6() != to.address().is_v6())
    return asio::error::address_family_not_supported;
  x.socket_.bind({local, 0}, ec);
  return ec;
}

} // namespace

void dial(asio::io_context& loop, const std::string& address,
          std::uint16_t port, const std::string& from,
          std::chrono::steady_clock::duration time_limit, dial_event done) {
  auto x = std::make_shared<dialing>(loop, std::move(done));
  error_code ec;
  tcp::endpoint to{asio::ip::make_address(address, ec), port};
  if (!ec)
    ec = prepare(*x, to, from);
  if (ec)
    return asio::post(loop, [x, ec] { x->settle(ec); });
  x->connect(to, time_limit);
}

} // namespace stagepost::net
