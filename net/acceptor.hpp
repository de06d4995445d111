#pragma once

#include "config/configuration.hpp"
#include "net/connection.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace stagepost::net {

/// A listening socket, bound before privileges are dropped, that hands each
/// new connection to one of several loops in turn.
class acceptor {
public:
  /// Binds and listens at once, without accepting yet. An IPv6 address takes
  /// IPv6 only, so that "[::]:25" and "0.0.0.0:25" go together.
  /// @returns The acceptor, or why not, ready for the log: names the address
  ///          and, for a port in use or under 1024, the way out.
  static std::variant<std::shared_ptr<acceptor>, std::string>
  bind(const config::endpoint& where);
  ~acceptor();

  using accept_event = std::function<void(connection::socket, std::size_t)>;

  /// Accepts on `home`'s thread until `stop`; neither `home` nor `loops` may go
  /// before that, unless `home` goes first of all.
  /// @param on_accept  Called there, with a socket whose executor is one of
  ///                   `loops`, in turn, and that one's index.
  /// May be started again after `stop`, by the listener's successor.
  void start(boost::asio::io_context& home,
             std::vector<boost::asio::io_context*> loops,
             accept_event on_accept);
  /// Call on `home`'s thread, or when it does not run. The port stays bound:
  /// who connects meanwhile waits.
  void stop();

  /// Refuses connections from now on, for good: the process is ending. May be
  /// called on any thread, before `stop`.
  void close();

  /// How many times accepting paused for 100 ms because the system had no file
  /// descriptor or memory left. From any thread.
  [[nodiscard]] std::uint64_t pauses() const noexcept;

  [[nodiscard]] boost::asio::ip::tcp::endpoint local() const;

private:
  acceptor();
  struct impl;
  std::shared_ptr<impl> impl_;
};

} // namespace stagepost::net
