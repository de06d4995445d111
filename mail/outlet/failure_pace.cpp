#include "mail/outlet/failure_pace.hpp"

#include "mail/ascii.hpp"

#include <algorithm>
#include <functional>
#include <string>

namespace stagepost::outlet {

namespace {

using std::chrono::duration_cast;

std::uint64_t hash(const std::string& x) {
  return std::hash<std::string>{}(x);
}

} // namespace

void failure_pace::make_room(table& x, queue::time_point now) const {
  if (x.size() < most_)
    return;
  std::erase_if(x, [now](const auto& y) { return y.second <= now; });
  if (x.size() < most_)
    return;
  x.erase(
    std::min_element(x.begin(), x.end(), [](const auto& a, const auto& b) {
      return a.second < b.second;
    }));
}

bool failure_pace::take(std::string_view sender, std::string_view message,
                        std::uint32_t per_hour, queue::time_point now) {
  const auto who = lower(sender);
  const auto what = hash(who + '\n' + std::string(message));
  if (!message.empty()) {
    const auto i = told_until_.find(what);
    if (i != told_until_.end() && i->second > now)
      return false;
  }
  if (per_hour != 0) {
    constexpr std::chrono::hours hour{1};
    const auto each
      = duration_cast<queue::time_point::duration>(hour) / per_hour;
    make_room(full_at_, now);
    auto& full = full_at_.try_emplace(hash(who), now).first->second;
    const auto begin = std::max(full, now);
    if (begin + each > now + hour)
      return false;
    full = begin + each;
  }
  if (!message.empty()) {
    make_room(told_until_, now);
    told_until_[what] = now + again_after;
  }
  return true;
}

} // namespace stagepost::outlet
