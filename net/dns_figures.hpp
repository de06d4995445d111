#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace stagepost::net {

/// How questions to the DNS were answered, as /metrics counts them.
enum class dns_result {
  secure,    ///< Found, and DNSSEC says that it is genuine.
  insecure,  ///< Found; nothing is said of it.
  no_data,   ///< The name exists, but not with this type.
  no_domain, ///< NXDOMAIN.
  bogus,     ///< A signature is wrong or missing.
  failed,    ///< SERVFAIL, REFUSED, no answer in time.
};
constexpr std::size_t dns_results = 6;

/// What was asked since the daemon started. Each only grows; any thread.
struct dns_figures {
  using counter = std::atomic<std::uint64_t>;
  counter questions{0}; ///< A name with one type each, the cache's included.
  std::array<counter, dns_results> answers{};
  counter microseconds{0}; ///< Until the answers, all together.

  [[nodiscard]] counter& answered(dns_result x) {
    return answers[static_cast<std::size_t>(x)];
  }
  static void add(counter& x, std::uint64_t n = 1) {
    x.fetch_add(n, std::memory_order_relaxed);
  }
};

} // namespace stagepost::net
