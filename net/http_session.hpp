#pragma once

#include "net/event_stream.hpp"
#include "net/http.hpp"

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace stagepost::net {

/// The way back to the loop for answers given on any thread. Shut when the
/// server goes: an answer that comes later goes nowhere.
class http_gate {
public:
  explicit http_gate(boost::asio::io_context& loop) : loop_(&loop) {
  }
  void post(std::function<void()> what);
  void shut();

private:
  std::mutex mutex_;
  boost::asio::io_context* loop_;
};

/// One client's connection to an `http_server`, which owns it.
class http_session : public std::enable_shared_from_this<http_session> {
public:
  using socket = boost::asio::generic::stream_protocol::socket;

  static constexpr std::chrono::steady_clock::duration default_time_limit
    = std::chrono::seconds{30};

  /// @param over  Called when the server may forget this session.
  /// @param time_limit  For a request to arrive, and for its answer to leave.
  http_session(socket s, std::shared_ptr<http_gate> gate,
               std::shared_ptr<const http_server::handler> h,
               std::function<void(const std::shared_ptr<http_session>&)> over,
               std::chrono::steady_clock::duration time_limit
               = default_time_limit);

  void start();
  void close();

private:
  using error_code = boost::system::error_code;
  using parser
    = boost::beast::http::request_parser<boost::beast::http::string_body>;

  void read_header();
  void on_header(error_code ec);
  void tell_to_continue();
  void read_body();
  void on_request(error_code ec);
  void on_failed_read(error_code ec);
  void refuse(boost::beast::http::status status, const std::string& why);
  void respond(http_response x);
  void write_response(http_response x, bool keep_alive);
  void on_written(error_code ec, bool keep_alive);
  void drain();
  void begin_stream(const http_response& x, bool head);
  void send_outgoing();
  void write_stream();
  void watch_client();
  void limit_time(std::chrono::steady_clock::duration limit);
  void end();

  socket socket_;
  boost::asio::steady_timer timer_;
  boost::beast::flat_buffer buffer_;
  std::optional<parser> parser_;
  std::shared_ptr<http_gate> gate_;
  std::shared_ptr<const http_server::handler> handler_;
  std::function<void(const std::shared_ptr<http_session>&)> over_;
  const std::chrono::steady_clock::duration time_limit_;
  bool late_ = false;
  std::shared_ptr<event_stream> stream_; ///< Null but for a stream.
  std::string outgoing_;                 ///< Of the stream, being written.
  bool writing_ = false;
};

} // namespace stagepost::net
