#pragma once

#include <cstdint>

namespace stagepost::queue {

/// How many connections a destination may have at once, learned from how it
/// takes them: it begins low, grows while all that is allowed is made use of
/// and works, and shrinks when the server has had enough.
///
/// At first each success allows one more. Once a connection was turned away
/// while others worked, the server's limit is near: from then on it takes as
/// many successes as there are connections to try one more, as in TCP's
/// congestion avoidance (RFC 5681, 3.1), and twice as many after each further
/// refusal, so that a server with a low limit is not knocked at all the time.
class concurrency {
public:
  /// Connections to a destination that nothing is known of.
  static constexpr std::uint32_t initial = 5;

  /// @param most  Never more than this; 0 = no limit.
  explicit concurrency(std::uint32_t most) noexcept : most_(most) {
  }

  /// Connections at once, at least 1.
  [[nodiscard]] std::uint32_t allowed() const noexcept;

  /// Another limit; what was learned stays.
  void limit(std::uint32_t most) noexcept {
    most_ = most;
  }

  /// A job was done over a connection.
  /// @param busy  Connections that had work then, this one too.
  void succeeded(std::uint32_t busy) noexcept;

  /// The server turned a connection away, or answered 421.
  /// @param others  Connections that are left; with none of them it is down,
  ///                and what was learned is void.
  void refused(std::uint32_t others) noexcept;

private:
  std::uint32_t most_;
  std::uint32_t window_ = initial;
  std::uint32_t successes_ = 0; ///< Since the window last moved.
  /// So many times the window's successes try one more; 0: any success does.
  std::uint32_t patience_ = 0;
};

} // namespace stagepost::queue
