#include "actors/rules.hpp"

#include <utility>

namespace stagepost {

rules_in_force::rules_in_force(config::configuration x)
  : now_(std::make_shared<const rules>(std::move(x))), newest_(now_.get()) {
}

rules_ptr rules_in_force::get() const {
  const std::lock_guard lock{mutex_};
  return now_;
}

bool rules_in_force::refresh(rules_ptr& mine) const {
  if (mine && newest_.load(std::memory_order_acquire) == mine.get())
    return false;
  mine = get();
  return true;
}

void rules_in_force::replace(config::configuration x, server_tls tls,
                             dkim_keys dkim, program_users users) {
  auto next = std::make_shared<const rules>(std::move(x), std::move(tls),
                                            std::move(dkim), std::move(users));
  const std::lock_guard lock{mutex_};
  now_.swap(next); // what was in force may end here, after the lock
  newest_.store(now_.get(), std::memory_order_release);
}

} // namespace stagepost
