#pragma once

#include <boost/asio/io_context.hpp>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>

namespace stagepost::net {

/// A listening socket of any kind, and the loop of waiting and accepting on it.
/// The one who made the socket closes it by dropping this.
class listening_socket {
public:
  /// Gets a connected socket, to be closed by the callee.
  using event = std::function<void(int)>;

  /// @param socket  Listening, non-blocking; owned from here on.
  explicit listening_socket(int socket);
  ~listening_socket();
  listening_socket(const listening_socket&) = delete;
  listening_socket& operator=(const listening_socket&) = delete;

  void start(boost::asio::io_context& home, event on_accept);
  void stop();

  [[nodiscard]] int native() const noexcept {
    return socket_;
  }
  [[nodiscard]] std::uint64_t pauses() const noexcept {
    return *pauses_;
  }

private:
  struct accepting;
  int socket_;
  std::shared_ptr<std::atomic<std::uint64_t>> pauses_;
  // Owned by what it waits for, so that it never outlives the loop.
  std::weak_ptr<accepting> accepting_;
};

} // namespace stagepost::net
