#include "actors/queue/signature_store.hpp"

#include <utility>

namespace stagepost {

signature_store::signing_ptr signature_store::find(queue::id message,
                                                   const way& how) const {
  const std::lock_guard lock{mutex_};
  const auto i = entries_.find(message.value());
  return i == entries_.end() || i->second.how != how ? nullptr : i->second.what;
}

void signature_store::add(queue::id message, way how, signing_ptr x) {
  const std::lock_guard lock{mutex_};
  const auto [i, is_new] = entries_.try_emplace(message.value());
  i->second = {std::move(how), std::move(x)};
  if (!is_new)
    return;
  in_order_.push_back(message.value());
  if (in_order_.size() <= most_)
    return;
  entries_.erase(in_order_.front());
  in_order_.pop_front();
}

} // namespace stagepost
