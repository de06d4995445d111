#include "actors/queue/tls_failures.hpp"

#include <algorithm>

namespace stagepost {

void tls_failures::remember(const std::string& server, time_point now) {
  const std::lock_guard lock{mutex_};
  until_.insert_or_assign(server, now + lasts);
  if (until_.size() <= most_)
    return;
  std::erase_if(until_, [now](const auto& x) { return now >= x.second; });
  if (until_.size() > most_)
    until_.erase(std::min_element(
      until_.begin(), until_.end(),
      [](const auto& a, const auto& b) { return a.second < b.second; }));
}

bool tls_failures::knows(const std::string& server, time_point now) const {
  const std::lock_guard lock{mutex_};
  const auto i = until_.find(server);
  return i != until_.end() && now < i->second;
}

} // namespace stagepost
