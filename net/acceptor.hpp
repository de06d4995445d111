#pragma once

#include "config/configuration.hpp"
#include "mail/error.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <functional>
#include <memory>
#include <variant>
#include <vector>

namespace stagepost::net {

/// A listening socket, bound before privileges are dropped, that hands each
/// new connection to one of several loops in turn.
class acceptor {
public:
  /// Binds and listens at once, without accepting yet.
  /// @returns The acceptor, or why not, ready for the log: names the address
  ///          and, for a port in use or under 1024, the way out.
  static std::variant<std::shared_ptr<acceptor>, std::string>
  bind(const config::endpoint& where);
  ~acceptor();

  /// Accepts on `home`'s thread until `stop`. @param on_accept  Called there,
  /// with a socket whose executor is one of `loops`, and that one's index.
  /// May be started again after `stop`, by the listener's successor.
  void start(boost::asio::io_context& home,
             std::vector<boost::asio::io_context*> loops,
             std::function<void(boost::asio::ip::tcp::socket, std::size_t)>
               on_accept);
  /// Call on `home`'s thread. The port stays bound.
  void stop();

  [[nodiscard]] boost::asio::ip::tcp::endpoint local() const;

private:
  acceptor();
  struct impl;
  std::shared_ptr<impl> impl_;
};

} // namespace stagepost::net
