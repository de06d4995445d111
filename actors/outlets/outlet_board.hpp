#pragma once

#include "mail/outlet/verdict.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace stagepost {

/// How an outlet does, for those who watch it. Any thread.
struct outlet_figures {
  using counter = std::atomic<std::uint64_t>;
  using time_point = std::chrono::system_clock::time_point;

  /// Recipients, by `outlet::verdict::kind`; each only grows.
  std::array<counter, 3> verdicts{};
  std::atomic<std::uint64_t> waiting{0};     ///< Jobs in line for a worker.
  std::atomic<std::uint64_t> working{0};     ///< Workers that have one.
  std::atomic<std::uint64_t> connections{0}; ///< Open, idle ones included.
  std::atomic<bool> down{false};             ///< Its circuit breaker is open.
  std::atomic<time_point> since{
    time_point{}}; ///< It opened or closed; 0: never.

  void count(const outlet::verdict& x) {
    verdicts[static_cast<std::size_t>(x.what)].fetch_add(
      1, std::memory_order_relaxed);
  }
};

/// The figures of a node's outlets, by name. They outlive the outlets' actors,
/// so that counters only grow.
class outlet_board {
public:
  using figures_ptr = std::shared_ptr<outlet_figures>;

  /// Makes them with the first question.
  [[nodiscard]] figures_ptr of(const std::string& outlet) {
    const std::lock_guard lock{mutex_};
    auto& x = all_[outlet];
    if (!x)
      x = std::make_shared<outlet_figures>();
    return x;
  }

  [[nodiscard]] std::map<std::string, figures_ptr> all() const {
    const std::lock_guard lock{mutex_};
    return all_;
  }

private:
  mutable std::mutex mutex_;
  std::map<std::string, figures_ptr> all_;
};

} // namespace stagepost
