#pragma once

#include "net/http_call.hpp"

#include <boost/asio/io_context.hpp>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace stagepost::net {

struct http_answer {
  unsigned status = 0; ///< 0: there is no whole answer, and `why`.
  std::string content_type{};
  std::string body{};
  std::string why{}; ///< For people.
  /// The kept connection was closed before anything of an answer came, or with
  /// a 408: the server may never have seen the request. Ask again over a fresh
  /// one.
  bool stale = false;
  /// What was to be sent could not be read: the server has no part in it.
  bool ours = false;
  /// No connection came about: nothing was asked.
  bool unreached = false;
};

/// An HTTP/1.1 client that keeps one connection, for one call at a time. Reads
/// a body as fast as the server takes it, 64 KiB at a time; a final answer that
/// comes before all is sent ends the sending, unless it is a 2xx, which counts
/// once the server has everything. Follows no redirect.
///
/// It belongs to one loop: every function is called on that loop's thread, and
/// answers come there. Letting go ends a call, and its answer does not come.
class http_caller {
public:
  using counter = std::atomic<std::uint64_t>;

  /// @param open  Counts the connections that are open; may be null.
  explicit http_caller(boost::asio::io_context& loop,
                       std::shared_ptr<counter> open = {});
  ~http_caller();
  http_caller(const http_caller&) = delete;
  http_caller& operator=(const http_caller&) = delete;

  /// Asks once. `done` comes once, never from within the call; it may call
  /// again.
  void call(http_call what, std::function<void(http_answer)> done);

  /// Is a connection to this peer kept? The server may close it any moment.
  [[nodiscard]] bool holds(const http_peer& x) const noexcept;

private:
  class impl;
  std::shared_ptr<impl> impl_;
};

} // namespace stagepost::net
