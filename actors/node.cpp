#include "actors/node.hpp"

#include <random>

namespace stagepost {

std::size_t node::next_shard() noexcept {
  const auto n = shards.size();
  const auto first = next_shard_.fetch_add(1, std::memory_order_relaxed) % n;
  for (std::size_t i = 0; i < n; ++i)
    if (shards[(first + i) % n]->healthy)
      return (first + i) % n;
  return first;
}

std::uint64_t node::random() {
  thread_local std::mt19937_64 generator{std::random_device{}()};
  return generator();
}

} // namespace stagepost
