#include "net/http.hpp"
#include "net/http_session.hpp"
#include "net/listening_socket.hpp"
#include "net/unix_socket.hpp"

#include <optional>
#include <set>
#include <unistd.h>
#include <utility>

namespace stagepost::net {

namespace asio = boost::asio;

namespace {
constexpr std::size_t most_connections = 256;
} // namespace

struct http_server::impl : std::enable_shared_from_this<http_server::impl> {
  impl(asio::io_context& loop, handler h)
    : loop_(loop), handler_(std::make_shared<const handler>(std::move(h))),
      gate_(std::make_shared<http_gate>(loop)) {
  }

  void serve(std::shared_ptr<acceptor> from) {
    acceptor_ = std::move(from);
    acceptor_->start(
      loop_, {&loop_},
      [weak = weak_from_this()](connection::socket s, std::size_t) {
        if (auto self = weak.lock())
          self->add(http_session::socket{std::move(s)});
      });
  }

  void serve(const std::string& path) {
    unix_.emplace(path);
    unix_socket_.emplace(unix_->native());
    unix_socket_->start(loop_, [weak = weak_from_this()](int fd) {
      auto self = weak.lock();
      if (!self)
        return static_cast<void>(::close(fd));
      http_session::socket socket{self->loop_};
      boost::system::error_code ec;
      socket.assign(asio::local::stream_protocol{}, fd, ec);
      if (ec)
        return static_cast<void>(::close(fd));
      self->add(std::move(socket));
    });
  }

  void add(http_session::socket socket) {
    if (sessions_.size() >= most_connections)
      return; // which closes it
    auto session = std::make_shared<http_session>(
      std::move(socket), gate_, handler_,
      [weak = weak_from_this()](const std::shared_ptr<http_session>& x) {
        if (auto self = weak.lock())
          self->sessions_.erase(x);
      });
    sessions_.insert(session);
    session->start();
  }

  void stop() {
    gate_->shut();
    if (acceptor_)
      acceptor_->stop();
    unix_socket_.reset();
    unix_.reset();
    for (const auto& session : std::exchange(sessions_, {}))
      session->close();
  }

  asio::io_context& loop_;
  std::shared_ptr<const handler> handler_;
  std::shared_ptr<http_gate> gate_;
  std::set<std::shared_ptr<http_session>> sessions_;
  std::shared_ptr<acceptor> acceptor_;
  std::optional<unix_listener> unix_;
  std::optional<listening_socket> unix_socket_;
};

http_server::http_server(asio::io_context& loop, std::shared_ptr<acceptor> from,
                         handler h)
  : impl_(std::make_shared<impl>(loop, std::move(h))) {
  impl_->serve(std::move(from));
}

http_server::http_server(asio::io_context& loop, const std::string& path,
                         handler h)
  : impl_(std::make_shared<impl>(loop, std::move(h))) {
  impl_->serve(path);
}

http_server::~http_server() {
  impl_->stop();
}

} // namespace stagepost::net
