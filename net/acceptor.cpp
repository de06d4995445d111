#include "net/acceptor.hpp"

#include "net/listening_socket.hpp"

#include <boost/asio/ip/address.hpp>

#include <cerrno>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sstream>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace stagepost::net {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr int backlog = 4096;

std::string in_words(const tcp::endpoint& where, int error) {
  std::ostringstream out;
  out << "cannot listen on " << where << ": "
      << std::generic_category().message(error);
  switch (error) {
    case EADDRINUSE:
      out << "; another program listens there: `ss -ltnp` shows which, stop "
             "it or choose another port";
      break;
    case EACCES:
      out << "; a port under 1024 needs root or CAP_NET_BIND_SERVICE "
             "(AmbientCapabilities= in a systemd unit)";
      break;
    case EADDRNOTAVAIL:
      out << "; no interface of this machine has this address: see `ip addr`";
      break;
    default:
      break;
  }
  return out.str();
}

void set(int socket, int level, int option) {
  int on = 1;
  ::setsockopt(socket, level, option, &on, sizeof on);
}

} // namespace

struct acceptor::impl {
  impl(int socket, int family) : socket_(socket), family_(family) {
  }
  listening_socket socket_;
  int family_;
};

acceptor::acceptor() = default;

acceptor::~acceptor() = default;

std::variant<std::shared_ptr<acceptor>, std::string>
acceptor::bind(const config::endpoint& where) {
  boost::system::error_code ec;
  auto address = asio::ip::make_address(where.host, ec);
  if (ec)
    return "cannot listen on \"" + where.host
           + "\": not an IPv4 or IPv6 address";
  auto at = tcp::endpoint{address, where.port};
  auto family = at.protocol().family();
  auto socket = ::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (socket < 0)
    return in_words(at, errno);
  std::shared_ptr<acceptor> out{new acceptor};
  out->impl_ = std::make_shared<impl>(socket, family);
  set(socket, SOL_SOCKET, SO_REUSEADDR);
  // What is accepted inherits it, which saves a system call for each.
  set(socket, IPPROTO_TCP, TCP_NODELAY);
  if (family == AF_INET6)
    set(socket, IPPROTO_IPV6, IPV6_V6ONLY);
  if (::bind(socket, at.data(), static_cast<socklen_t>(at.size())) != 0
      || ::listen(socket, backlog) != 0)
    return in_words(at, errno);
  return out;
}

void acceptor::start(asio::io_context& home,
                     std::vector<asio::io_context*> loops,
                     accept_event on_accept) {
  auto protocol = impl_->family_ == AF_INET6 ? tcp::v6() : tcp::v4();
  impl_->socket_.start(home, [protocol, loops = std::move(loops),
                              on_accept = std::move(on_accept),
                              next = std::size_t{0}](int peer) mutable {
    auto index = next;
    next = (next + 1) % loops.size();
    connection::socket socket{*loops[index]};
    boost::system::error_code ec;
    socket.assign(protocol, peer, ec);
    if (ec)
      ::close(peer);
    else
      on_accept(std::move(socket), index);
  });
}

void acceptor::stop() {
  impl_->socket_.stop();
}

void acceptor::close() {
  // Ends listening on all copies of the descriptor, whoever waits on one.
  ::shutdown(impl_->socket_.native(), SHUT_RDWR);
}

std::uint64_t acceptor::pauses() const noexcept {
  return impl_->socket_.pauses();
}

tcp::endpoint acceptor::local() const {
  tcp::endpoint out;
  auto size = static_cast<socklen_t>(out.capacity());
  if (::getsockname(impl_->socket_.native(), out.data(), &size) == 0)
    out.resize(size);
  return out;
}

} // namespace stagepost::net
