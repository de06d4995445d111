#include "net/listening_socket.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace stagepost::net {

namespace asio = boost::asio;

namespace {

constexpr auto pause_length = std::chrono::milliseconds{100};
// Then the connections there are get their turn.
constexpr int accepted_in_a_row = 64;

bool exhausted(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS
         || error == ENOMEM;
}

} // namespace

struct listening_socket::accepting
  : std::enable_shared_from_this<listening_socket::accepting> {
  accepting(asio::io_context& home, int socket, event on_accept,
            std::shared_ptr<std::atomic<std::uint64_t>> pauses)
    : descriptor_(home, ::fcntl(socket, F_DUPFD_CLOEXEC, 0)), timer_(home),
      on_accept_(std::move(on_accept)), pauses_(std::move(pauses)) {
  }

  void wait() {
    descriptor_.async_wait(
      asio::posix::stream_descriptor::wait_read,
      [self = shared_from_this()](boost::system::error_code ec) {
        if (!ec)
          self->accept();
      });
  }

  void accept() {
    for (int i = 0; i < accepted_in_a_row && !stopped_; ++i) {
      auto peer = ::accept4(descriptor_.native_handle(), nullptr, nullptr,
                            SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (peer >= 0)
        on_accept_(peer);
      else if (exhausted(errno))
        return pause();
      else if (errno == EAGAIN || errno == EWOULDBLOCK)
        break;
      // Anything else was the peer's or the network's trouble: see accept(2).
    }
    if (!stopped_)
      wait();
  }

  void pause() {
    ++*pauses_;
    timer_.expires_after(pause_length);
    timer_.async_wait(
      [self = shared_from_this()](boost::system::error_code ec) {
        if (!ec && !self->stopped_)
          self->wait();
      });
  }

  void stop() {
    stopped_ = true;
    boost::system::error_code ignored;
    descriptor_.close(ignored);
    timer_.cancel();
  }

  asio::posix::stream_descriptor descriptor_;
  asio::steady_timer timer_;
  event on_accept_;
  std::shared_ptr<std::atomic<std::uint64_t>> pauses_;
  bool stopped_ = false;
};

listening_socket::listening_socket(int socket)
  : socket_(socket), pauses_(std::make_shared<std::atomic<std::uint64_t>>(0)) {
}

listening_socket::~listening_socket() {
  stop();
  ::close(socket_);
}

void listening_socket::start(asio::io_context& home, event on_accept) {
  stop();
  auto x
    = std::make_shared<accepting>(home, socket_, std::move(on_accept), pauses_);
  x->wait();
  accepting_ = x;
}

void listening_socket::stop() {
  if (auto x = accepting_.lock())
    x->stop();
}

} // namespace stagepost::net
