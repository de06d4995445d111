#pragma once

#include <atomic>
#include <cstdint>

namespace stagepost {

/// What a node counts since it started, for /metrics. Each only grows.
struct counters {
  using counter = std::atomic<std::uint64_t>;
  counter connections{0};         ///< SMTP clients accepted.
  counter connections_refused{0}; ///< Answered 421 at the door.
  counter received_messages{0};   ///< Answered 250 after their data.
  counter received_octets{0};
  counter refused_recipients{0};
  counter refused_messages{0}; ///< Answered 4xx or 5xx after their data.
  counter delivered{0};        ///< Recipients.
  counter deferred{0};         ///< Attempts.
  counter failed{0};           ///< Recipients, expired ones among them.
  counter reports{0};          ///< Sent to senders.
  counter commits{0};
  counter commit_failures{0};
  counter dials{0}; ///< Outgoing connections tried.
  counter dial_failures{0};
  counter dns_questions{0};

  static void add(counter& x, std::uint64_t n = 1) {
    x.fetch_add(n, std::memory_order_relaxed);
  }
};

} // namespace stagepost
