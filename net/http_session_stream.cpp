// A session that sends a stream of events until one side has had enough.

#include "net/http_session.hpp"

#include <boost/asio/write.hpp>

#include <utility>

namespace stagepost::net {

namespace asio = boost::asio;

namespace {

/// Proxies and clients give up on a connection that is silent for a minute.
constexpr auto heartbeat = std::chrono::seconds{15};
/// A comment, as server-sent events have them.
constexpr const char* beat = ":\n\n";
constexpr std::size_t read_size = 512;
constexpr auto close_limit = std::chrono::seconds{2};

} // namespace

void http_session::begin_stream(const http_response& x, bool head) {
  outgoing_ = "HTTP/1.1 200 OK\r\nContent-Type: " + x.content_type
              + "\r\nCache-Control: no-store\r\n"
                "X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n";
  stream_ = x.stream;
  if (head)
    stream_->abandon();
  stream_->listen([weak = weak_from_this(), gate = gate_] {
    gate->post([weak] {
      if (auto self = weak.lock())
        self->write_stream();
    });
  });
  buffer_.clear();
  watch_client();
  send_outgoing();
}

void http_session::send_outgoing() {
  writing_ = true;
  limit_time(time_limit_);
  asio::async_write(socket_, asio::buffer(outgoing_),
                    [self = shared_from_this()](error_code ec, std::size_t) {
                      self->writing_ = false;
                      return ec ? self->end() : self->write_stream();
                    });
}

void http_session::write_stream() {
  if (writing_ || !socket_.is_open())
    return;
  const bool over = stream_->over();
  outgoing_ = stream_->take();
  if (!outgoing_.empty())
    return send_outgoing();
  if (over) {
    error_code ignored;
    socket_.shutdown(socket::shutdown_send, ignored);
    return limit_time(close_limit); // until the client closes too
  }
  timer_.expires_after(heartbeat);
  timer_.async_wait([weak = weak_from_this()](error_code ec) {
    auto self = weak.lock();
    if (!ec && self && !self->writing_)
      self->stream_->push(beat);
  });
}

/// What it says is of no interest; that it goes, is.
void http_session::watch_client() {
  socket_.async_read_some(
    buffer_.prepare(read_size),
    [self = shared_from_this()](error_code ec, std::size_t) {
      return ec ? self->end() : self->watch_client();
    });
}

} // namespace stagepost::net
