#pragma once

#include "actors/guards/rate_table.hpp"

#include <array>
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
  /// What was over a limit of its minute, by the limit.
  std::array<counter, rates> rate_refusals{};
  /// Messages answered 452 and clients answered 421 because memory or disk ran
  /// short.
  counter load_refusals{0};
  counter auth_successes{0};
  counter auth_failures{0}; ///< Wrong credentials.
  counter auth_refusals{0}; ///< Not looked at: the client had failed too often.
  counter delivered{0};     ///< Recipients.
  counter deferred{0};      ///< Attempts.
  counter in_doubt{0};      ///< Attempts of which nobody knows how they ended.
  counter failed{0};        ///< Recipients, expired ones among them.
  counter reports{0};       ///< Sent to senders.
  counter reports_dropped{0}; ///< There were too many for one address.
  counter dkim_signatures{0};
  counter dkim_failures{
    0}; ///< Messages that lack a signature they should have.
  counter commits{0};
  counter commit_failures{0};
  counter dials{0}; ///< Outgoing connections tried.
  counter dial_failures{0};
  counter lost_egress{0}; ///< Addresses passed over: not this machine's.

  [[nodiscard]] counter& refused(rate x) {
    return rate_refusals[static_cast<std::size_t>(x)];
  }

  static void add(counter& x, std::uint64_t n = 1) {
    x.fetch_add(n, std::memory_order_relaxed);
  }
};

} // namespace stagepost
