#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <mutex>
#include <string>

namespace stagepost {

/// Servers whose TLS handshake failed, so that the next connection, where the
/// policy lets it, goes in clear at once. Any thread may use it.
class tls_failures {
public:
  using time_point = std::chrono::steady_clock::time_point;

  static constexpr std::chrono::hours lasts{1};

  /// @param most  Servers; over it the one that is free first is forgotten.
  explicit tls_failures(std::size_t most = 10'000) : most_(most) {
  }

  /// @param server  Its address and port.
  void remember(const std::string& server, time_point now);
  [[nodiscard]] bool knows(const std::string& server, time_point now) const;

private:
  const std::size_t most_;
  mutable std::mutex mutex_;
  std::map<std::string, time_point> until_;
};

} // namespace stagepost
