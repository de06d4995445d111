#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <mutex>
#include <vector>

namespace stagepost {

/// What is known of many keys, in memory that never grows: when there is no
/// room for a new key, the one that matters least at the moment is forgotten.
///
/// A key has its place in one set of 16, whichever of them is free or worth
/// least; so no question, not even the one that forgets, looks at more than 16
/// entries, and nothing ever sweeps the table. Each of 64 stripes has its own
/// mutex, held for that long, and gets its memory when it is first used.
///
/// @tparam Value  As it is made by default, it knows nothing. Its
///   `std::int64_t worth(time_point) const` says how much there is to forget:
///   0 or less for nothing.
template <class Value>
class striped_table {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// @param most  Keys known at a time, rounded down to a multiple of 1,024,
  ///              but at least that many.
  explicit striped_table(std::size_t most)
    : sets_(most < stripes * ways ? 1 : most / (stripes * ways)) {
  }

  /// Calls `f(Value&)` for a key, under its lock; the value is a new one if
  /// the key was not known. Returns what `f` returns.
  /// @param key  A hash nobody can foretell: keyed_hash.
  template <class F>
  auto update(std::uint64_t key, time_point now, F f) {
    auto& x = stripe_of(key);
    const std::lock_guard lock{x.mutex};
    if (x.entries.empty())
      x.entries.resize(sets_ * ways);
    return f(find_or_make(set_of(x, key), key, now));
  }

  /// The same, but for a copy, and nothing is remembered.
  template <class F>
  auto look(std::uint64_t key, F f) const {
    auto& x = stripe_of(key);
    const std::lock_guard lock{x.mutex};
    if (!x.entries.empty()) {
      const auto* set = set_of(x, key);
      for (std::size_t i = 0; i < ways; ++i)
        if (set[i].key == key)
          return f(Value{set[i].value});
    }
    return f(Value{});
  }

  /// Keys that were forgotten although there was something to forget. When it
  /// grows, the table is too small for what goes on.
  [[nodiscard]] std::uint64_t forgotten() const noexcept {
    return forgotten_.load(std::memory_order_relaxed);
  }

  [[nodiscard]] std::size_t capacity() const noexcept {
    return sets_ * ways * stripes;
  }

private:
  static constexpr std::size_t stripes = 64;
  static constexpr std::size_t ways = 16;

  struct entry {
    std::uint64_t key = 0; // a free one knows nothing, also of key 0
    Value value;
  };

  struct alignas(64) stripe {
    std::mutex mutex;
    std::vector<entry> entries;
  };

  stripe& stripe_of(std::uint64_t key) const {
    return stripes_[key % stripes];
  }

  entry* set_of(stripe& x, std::uint64_t key) const {
    return x.entries.data() + ways * ((key >> 32U) * sets_ >> 32U);
  }

  Value& find_or_make(entry* set, std::uint64_t key, time_point now) {
    for (std::size_t i = 0; i < ways; ++i)
      if (set[i].key == key)
        return set[i].value;
    auto* least = set;
    auto worth = std::numeric_limits<std::int64_t>::max();
    for (std::size_t i = 0; i < ways && worth > 0; ++i)
      if (const auto x = set[i].value.worth(now); x < worth) {
        least = set + i;
        worth = x;
      }
    if (worth > 0)
      forgotten_.fetch_add(1, std::memory_order_relaxed);
    *least = {key, Value{}};
    return least->value;
  }

  std::size_t sets_; ///< Of each stripe.
  mutable std::array<stripe, stripes> stripes_;
  std::atomic<std::uint64_t> forgotten_{0};
};

} // namespace stagepost
