#include "mail/queue/report_pace.hpp"

#include "mail/ascii.hpp"

#include <algorithm>
#include <functional>
#include <string>

namespace stagepost::queue {

using std::chrono::milliseconds;

void report_pace::make_room(time_point now) {
  std::erase_if(full_at_, [now](const auto& x) { return x.second <= now; });
  while (full_at_.size() >= most_)
    full_at_.erase(std::min_element(
      full_at_.begin(), full_at_.end(),
      [](const auto& a, const auto& b) { return a.second < b.second; }));
}

time_point report_pace::full_after(time_point full_at, std::uint32_t limit,
                                   time_point now) const {
  return std::max(full_at, now)
         + std::chrono::duration_cast<time_point::duration>(within_) / limit;
}

report_pace::span report_pace::wait_for(time_point full_at,
                                        time_point now) const {
  return std::chrono::ceil<milliseconds>(full_at - now - within_);
}

bool report_pace::has_room(std::string_view address, std::uint32_t limit,
                           time_point now) const {
  const auto i = full_at_.find(std::hash<std::string>{}(lower(address)));
  return limit == 0 || i == full_at_.end()
         || wait_for(full_after(i->second, limit, now), now) <= longest_;
}

std::optional<milliseconds> report_pace::next(std::string_view address,
                                              std::uint32_t limit,
                                              time_point now) {
  if (limit == 0)
    return milliseconds{0};
  const auto key = std::hash<std::string>{}(lower(address));
  auto i = full_at_.find(key);
  if (i == full_at_.end()) {
    if (full_at_.size() >= most_)
      make_room(now);
    i = full_at_.emplace(key, now).first;
  }
  const auto full_at = full_after(i->second, limit, now);
  const auto wait = wait_for(full_at, now);
  if (wait > longest_)
    return std::nullopt;
  i->second = full_at;
  return std::max(wait, milliseconds{0});
}

} // namespace stagepost::queue
