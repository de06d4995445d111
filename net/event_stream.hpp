#pragma once

#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

namespace stagepost::net {

/// The body of an HTTP response that goes on until one side ends it: what is
/// pushed from any thread is sent as fast as the client takes it. A client that
/// lags behind by more than the limit is let go; who pushes never waits.
class event_stream {
public:
  /// @param limit  Octets that may wait for the client.
  /// @param farewell  What a client reads last that was too slow.
  explicit event_stream(std::size_t limit = 256U << 10U,
                        std::string farewell = {});

  /// @returns false once the stream has ended.
  bool push(std::string_view piece);
  /// Nothing more comes; what waits is sent.
  void end();

  // For the connection:

  /// Calls `news`, from any thread, when there may be something to take after
  /// there was nothing, and at the end.
  void listen(std::function<void()> news);
  /// Does it take nothing more?
  [[nodiscard]] bool ended() const;
  /// All that waits.
  std::string take();
  /// Nothing waits and nothing will come.
  [[nodiscard]] bool over() const;
  /// The client has gone.
  void abandon();

private:
  mutable std::mutex mutex_;
  std::function<void()> news_;
  std::string waiting_;
  std::string farewell_;
  std::size_t limit_;
  bool ended_ = false;
};

} // namespace stagepost::net
