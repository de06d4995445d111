#include "net/http_session.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message_generator.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/rfc7230.hpp>

#include <atomic>
#include <string_view>
#include <utility>

namespace stagepost::net {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

namespace {

constexpr std::uint32_t longest_header = 16U * 1024;
constexpr std::uint64_t longest_body = 1U << 20U;
constexpr std::size_t buffer_limit = 64UL * 1024;
constexpr auto drain_limit = std::chrono::seconds{2};

/// One request's answer; going away unanswered is an answer too.
class http_exchange {
public:
  http_exchange(std::shared_ptr<http_gate> gate,
                std::function<void(http_response)> respond)
    : gate_(std::move(gate)), respond_(std::move(respond)) {
  }
  ~http_exchange() {
    answer({500, "text/plain", "The server dropped the request.\n"});
  }
  http_exchange(const http_exchange&) = delete;
  http_exchange& operator=(const http_exchange&) = delete;

  void answer(http_response x) {
    if (!answered_.exchange(true))
      gate_->post([respond = std::move(respond_), x = std::move(x)]() mutable {
        respond(std::move(x));
      });
  }

private:
  std::shared_ptr<http_gate> gate_;
  std::function<void(http_response)> respond_;
  std::atomic<bool> answered_ = false;
};

} // namespace

void http_gate::post(std::function<void()> what) {
  std::lock_guard lock{mutex_};
  if (loop_ != nullptr)
    asio::post(*loop_, std::move(what));
}

void http_gate::shut() {
  std::lock_guard lock{mutex_};
  loop_ = nullptr;
}

http_session::http_session(
  socket s, std::shared_ptr<http_gate> gate,
  std::shared_ptr<const http_server::handler> h,
  std::function<void(const std::shared_ptr<http_session>&)> over,
  std::chrono::steady_clock::duration time_limit)
  : socket_(std::move(s)), timer_(socket_.get_executor()),
    buffer_(buffer_limit), gate_(std::move(gate)), handler_(h),
    over_(std::move(over)), time_limit_(time_limit) {
}

void http_session::start() {
  read_header();
}

void http_session::close() {
  if (stream_)
    stream_->abandon();
  error_code ignored;
  socket_.close(ignored);
  timer_.cancel();
}

void http_session::end() {
  close();
  if (auto over = std::exchange(over_, nullptr))
    over(shared_from_this());
}

void http_session::limit_time(std::chrono::steady_clock::duration limit) {
  late_ = false;
  timer_.expires_after(limit);
  timer_.async_wait([weak = weak_from_this()](error_code ec) {
    auto self = weak.lock();
    if (ec || !self
        || self->timer_.expiry() > asio::steady_timer::clock_type::now())
      return;
    self->late_ = true;
    error_code ignored;
    self->socket_.cancel(ignored);
  });
}

void http_session::read_header() {
  parser_.emplace();
  parser_->header_limit(longest_header);
  parser_->body_limit(longest_body);
  limit_time(time_limit_);
  http::async_read_header(
    socket_, buffer_, *parser_,
    [self = shared_from_this()](error_code ec, std::size_t) {
      self->on_header(ec);
    });
}

void http_session::on_header(error_code ec) {
  if (ec)
    return on_failed_read(ec);
  // Nobody needs it here, and Beast 1.81 aborts with an assertion when the end
  // of such a body comes in pieces.
  if (parser_->chunked())
    return refuse(http::status::length_required,
                  "Send the body with a Content-Length.");
  auto expected = parser_->get()[http::field::expect];
  if (!parser_->is_done() && beast::iequals(expected, "100-continue"))
    return tell_to_continue();
  read_body();
}

void http_session::tell_to_continue() {
  static constexpr std::string_view answer = "HTTP/1.1 100 Continue\r\n\r\n";
  asio::async_write(socket_, asio::buffer(answer),
                    [self = shared_from_this()](error_code ec, std::size_t) {
                      return ec ? self->end() : self->read_body();
                    });
}

void http_session::read_body() {
  http::async_read(socket_, buffer_, *parser_,
                   [self = shared_from_this()](error_code ec, std::size_t) {
                     self->on_request(ec);
                   });
}

void http_session::on_request(error_code ec) {
  if (ec)
    return on_failed_read(ec);
  if (!socket_.is_open())
    return;
  timer_.cancel();
  auto& request = parser_->get();
  http_request out{std::string(request.method_string()),
                   std::string(request.target()), std::move(request.body())};
  auto exchange = std::make_shared<http_exchange>(
    gate_, [weak = weak_from_this()](http_response x) {
      if (auto self = weak.lock())
        self->respond(std::move(x));
    });
  (*handler_)(std::move(out),
              [exchange = std::move(exchange)](http_response x) {
                exchange->answer(std::move(x));
              });
}

void http_session::on_failed_read(error_code ec) {
  if (ec == http::error::body_limit)
    return refuse(http::status::payload_too_large,
                  "The body is larger than 1 MiB.");
  if (ec == http::error::header_limit || ec == http::error::buffer_overflow)
    return refuse(http::status::request_header_fields_too_large,
                  "The header is larger than 16 KiB.");
  if (late_ && (parser_->got_some() || buffer_.size() > 0))
    return refuse(http::status::request_timeout, "The request took too long.");
  if (ec == http::error::end_of_stream || ec == http::error::partial_message
      || ec.category() != make_error_code(http::error::bad_method).category())
    return end();
  refuse(http::status::bad_request, "Not understood: " + ec.message() + ".");
}

void http_session::refuse(http::status status, const std::string& why) {
  write_response({static_cast<unsigned>(status), "text/plain", why + "\n"},
                 false);
}

void http_session::respond(http_response x) {
  if (socket_.is_open())
    write_response(std::move(x), parser_->get().keep_alive());
}

void http_session::write_response(http_response x, bool keep_alive) {
  if (x.stream)
    return begin_stream(x, parser_->get().method() == http::verb::head);
  auto fill = [&](auto& to) {
    to.version(11);
    to.result(x.status);
    to.set(http::field::content_type, x.content_type);
    to.set("X-Content-Type-Options", "nosniff");
    to.content_length(x.body.size());
    to.keep_alive(keep_alive);
  };
  auto generate = [&]() -> http::message_generator {
    if (parser_->get().method() == http::verb::head) {
      http::response<http::empty_body> to;
      fill(to);
      return to;
    }
    http::response<http::string_body> to;
    fill(to);
    to.body() = std::move(x.body);
    return to;
  };
  limit_time(time_limit_);
  beast::async_write(
    socket_, generate(),
    [self = shared_from_this(), keep_alive](error_code ec, std::size_t) {
      self->on_written(ec, keep_alive);
    });
}

void http_session::on_written(error_code ec, bool keep_alive) {
  if (ec)
    return end();
  if (keep_alive)
    return read_header();
  // Closing while the client still sends would reset the connection, and the
  // reset overtakes our answer.
  socket_.shutdown(socket::shutdown_send, ec);
  buffer_.clear();
  limit_time(drain_limit);
  drain();
}

void http_session::drain() {
  socket_.async_read_some(
    buffer_.prepare(buffer_limit),
    [self = shared_from_this()](error_code ec, std::size_t) {
      return ec || self->late_ ? self->end() : self->drain();
    });
}

} // namespace stagepost::net
