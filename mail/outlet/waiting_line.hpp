#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace stagepost::outlet {

/// Jobs, by number, that wait for a worker: first come, first served, and none
/// longer than until its deadline.
class waiting_line {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// @param number  Larger than all before.
  void join(std::uint64_t number, time_point deadline);

  /// Takes out the first one.
  std::optional<std::uint64_t> next();

  /// Takes out those whose deadline is past.
  std::vector<std::uint64_t> expired(time_point now);

  /// When somebody's wait is over, at the earliest.
  [[nodiscard]] std::optional<time_point> earliest() const;

  [[nodiscard]] std::size_t size() const noexcept {
    return line_.size();
  }

private:
  std::map<std::uint64_t, time_point> line_;
  std::set<std::pair<time_point, std::uint64_t>> deadlines_;
};

} // namespace stagepost::outlet
