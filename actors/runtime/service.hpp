#pragma once

#include <caf/actor_cast.hpp>
#include <caf/actor_control_block.hpp>

#include <mutex>

namespace stagepost {

/// Where the present incarnation of an actor that may be restarted is found.
/// Holds it weakly: its supervisor alone keeps it alive. Any thread may ask.
template <class Handle>
class service {
public:
  void set(const Handle& x) {
    const std::lock_guard lock{mutex_};
    who_ = caf::actor_cast<caf::weak_actor_ptr>(x);
  }

  /// A handle for one request; null while nobody serves.
  [[nodiscard]] Handle get() const {
    caf::strong_actor_ptr strong;
    {
      const std::lock_guard lock{mutex_};
      strong = who_.lock();
    }
    return strong ? caf::actor_cast<Handle>(std::move(strong)) : Handle{};
  }

private:
  mutable std::mutex mutex_;
  caf::weak_actor_ptr who_;
};

} // namespace stagepost
