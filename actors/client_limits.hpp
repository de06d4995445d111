#pragma once

#include "actors/guards/client_key.hpp"

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string_view>
#include <unordered_map>

namespace stagepost {

/// Counts the clients of a node, in all and by client_key: addresses of one
/// IPv6 network of 64 bits share what one host may. Any thread.
class client_limits {
public:
  enum class answer { welcome, too_many, too_many_of_host };

  answer enter(const client_key& who, std::uint32_t most,
               std::uint32_t most_of_host) {
    const std::lock_guard lock{mutex_};
    if (in_all_ >= most)
      return answer::too_many;
    auto& n = by_host_[who];
    if (n >= most_of_host)
      return answer::too_many_of_host; // n > 0 here: no empty entry is left
    ++n;
    ++in_all_;
    return answer::welcome;
  }

  answer enter(std::string_view address, std::uint32_t most,
               std::uint32_t most_of_host) {
    return enter(client_key{address}, most, most_of_host);
  }

  void leave(const client_key& who) {
    const std::lock_guard lock{mutex_};
    const auto i = by_host_.find(who);
    if (i == by_host_.end())
      return;
    --in_all_;
    if (--i->second == 0)
      by_host_.erase(i);
  }

  void leave(std::string_view address) {
    leave(client_key{address});
  }

  [[nodiscard]] std::uint32_t in_all() const noexcept {
    return in_all_.load(std::memory_order_relaxed);
  }

private:
  mutable std::mutex mutex_;
  std::atomic<std::uint32_t> in_all_{0}; ///< Written under the lock.
  std::unordered_map<client_key, std::uint32_t> by_host_;
};

} // namespace stagepost
