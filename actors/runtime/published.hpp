#pragma once

#include <memory>
#include <mutex>
#include <utility>

namespace stagepost {

/// What one actor knows, for others to read at any time, from any thread: the
/// last one that was set.
template <class T>
class published {
public:
  void set(T x) {
    auto made = std::make_shared<const T>(std::move(x));
    std::lock_guard lock{mutex_};
    it_ = std::move(made);
  }
  /// Never null.
  [[nodiscard]] std::shared_ptr<const T> get() const {
    std::lock_guard lock{mutex_};
    return it_;
  }

private:
  mutable std::mutex mutex_;
  std::shared_ptr<const T> it_ = std::make_shared<const T>();
};

} // namespace stagepost
