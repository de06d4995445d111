#pragma once

#include "config/configuration.hpp"
#include "net/acceptor.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <variant>

namespace stagepost::net {

struct http_request {
  std::string method; ///< "GET"
  std::string target; ///< Path and query as sent: "/queue?state=held".
  std::string body;   ///< At most 1 MiB; larger ones get 413.
};

class event_stream;

struct http_response {
  unsigned status = 200;
  std::string content_type = "application/json";
  std::string body;
  /// Instead of a body: what is pushed there is sent until it ends. Status 200.
  std::shared_ptr<event_stream> stream{};
};

/// Answers one request; to be called once, from any thread. Dropping it
/// unanswered gives the client 500.
using http_responder = std::function<void(http_response)>;

/// A small HTTP/1.1 server (Beast) over TCP or a Unix socket: keep-alive, a
/// limit on header, body, time (30 s) and connections (256).
class http_server {
public:
  using handler = std::function<void(http_request, http_responder)>;

  /// Serves what `from` accepts, on `loop`. The handler is called there.
  http_server(boost::asio::io_context& loop, std::shared_ptr<acceptor> from,
              handler h);
  /// Serves a Unix socket at `path`, which only this user may open (0600). A
  /// stale socket is replaced. Throws boost::system::system_error.
  http_server(boost::asio::io_context& loop, const std::string& path,
              handler h);
  /// Stops accepting and drops the connections. On the loop's thread, or when
  /// the loop does not run any more.
  ~http_server();

private:
  struct impl;
  std::shared_ptr<impl> impl_;
};

/// Asks a daemon over its Unix socket and waits for the answer, for commands.
/// @returns The response, or why there is none, as a sentence for people.
std::variant<http_response, std::string> ask(const std::string& socket_path,
                                             const http_request& what,
                                             std::chrono::seconds time_limit);

} // namespace stagepost::net
