#include "net/http.hpp"
#include "net/unix_socket.hpp"

#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include <cerrno>
#include <optional>
#include <utility>

namespace stagepost::net {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

namespace {

using error_code = boost::system::error_code;

constexpr std::uint64_t longest_answer = 256U << 20U;

/// One question to a daemon, one step after the other.
struct asking {
  asking(const asio::local::stream_protocol::endpoint& where,
         const http_request& what) {
    request_.method_string(what.method);
    request_.target(what.target);
    request_.version(11);
    request_.set(http::field::host, "localhost");
    request_.body() = what.body;
    request_.keep_alive(false);
    request_.prepare_payload();
    answer_.body_limit(longest_answer);
    answer_.skip(what.method == "HEAD");
    socket_.async_connect(where, [this](error_code ec) { on_connected(ec); });
  }

  void on_connected(error_code ec) {
    if (ec) {
      ended_ = ec;
      return;
    }
    connected_ = true;
    // An answer may come before all was sent, and then counts.
    http::async_write(socket_, request_, [](error_code, std::size_t) {});
    http::async_read(socket_, buffer_, answer_,
                     [this](error_code e, std::size_t) { ended_ = e; });
  }

  asio::io_context loop_;
  asio::local::stream_protocol::socket socket_{loop_};
  http::request<http::string_body> request_;
  http::response_parser<http::string_body> answer_;
  beast::flat_buffer buffer_;
  std::optional<error_code> ended_;
  bool connected_ = false;
};

std::string in_words(const std::string& path, const asking& x,
                     std::chrono::seconds time_limit) {
  if (!x.ended_)
    return "the daemon on " + path + " did not answer within "
           + std::to_string(time_limit.count()) + " s";
  if (x.connected_)
    return "the daemon on " + path
           + " gave no whole answer: " + x.ended_->message();
  switch (x.ended_->value()) {
    case ENOENT:
    case ECONNREFUSED:
      return "no daemon answers on " + path
             + ": is it running, and with this configuration?";
    case EACCES:
    case EPERM:
      return "no permission to open " + path
             + ": be root or the user the daemon runs as";
    default:
      return "cannot connect to " + path + ": " + x.ended_->message();
  }
}

} // namespace

std::variant<http_response, std::string> ask(const std::string& socket_path,
                                             const http_request& what,
                                             std::chrono::seconds time_limit) {
  try {
    asking x{unix_endpoint(socket_path), what};
    x.loop_.run_for(time_limit);
    if (x.ended_ != error_code{})
      return in_words(socket_path, x, time_limit);
    auto answer = x.answer_.release();
    return http_response{answer.result_int(),
                         std::string(answer[http::field::content_type]),
                         std::move(answer.body())};
  } catch (const boost::system::system_error& e) {
    return std::string(e.what());
  }
}

} // namespace stagepost::net
