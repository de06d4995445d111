#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>

namespace stagepost {

/// Counts the clients of a node, in all and by address. Any thread.
class client_limits {
public:
  enum class answer { welcome, too_many, too_many_of_host };

  answer enter(const std::string& address, std::uint32_t most,
               std::uint32_t most_of_host) {
    const std::lock_guard lock{mutex_};
    if (in_all_ >= most)
      return answer::too_many;
    auto& n = by_host_[address];
    if (n >= most_of_host)
      return answer::too_many_of_host; // n > 0 here: no empty entry is left
    ++n;
    ++in_all_;
    return answer::welcome;
  }

  void leave(const std::string& address) {
    const std::lock_guard lock{mutex_};
    const auto i = by_host_.find(address);
    if (i == by_host_.end())
      return;
    --in_all_;
    if (--i->second == 0)
      by_host_.erase(i);
  }

  [[nodiscard]] std::uint32_t in_all() const {
    const std::lock_guard lock{mutex_};
    return in_all_;
  }

private:
  mutable std::mutex mutex_;
  std::uint32_t in_all_ = 0;
  std::unordered_map<std::string, std::uint32_t> by_host_;
};

} // namespace stagepost
