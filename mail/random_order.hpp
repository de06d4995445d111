#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace stagepost {

/// The next number of a row that `seed` begins (SplitMix64): enough for the
/// order of a few hosts, and nothing that must not be guessed.
inline std::uint64_t next_random(std::uint64_t& seed) noexcept {
  seed += 0x9e3779b97f4a7c15U;
  auto x = seed;
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31U);
}

/// Shuffles; equal seeds, equal orders.
template <class T>
void put_in_random_order(std::vector<T>& x, std::uint64_t& seed) {
  for (auto i = x.size(); i > 1; --i)
    std::swap(x[i - 1], x[next_random(seed) % i]);
}

} // namespace stagepost
