#include "mail/queue/report_pace.hpp"

#include "mail/ascii.hpp"

#include <algorithm>
#include <functional>
#include <string>

namespace stagepost::queue {

using std::chrono::milliseconds;
using std::chrono::minutes;

void report_pace::make_room(time_point now) {
  std::erase_if(full_at_, [now](const auto& x) { return x.second <= now; });
  while (full_at_.size() >= most_)
    full_at_.erase(std::min_element(
      full_at_.begin(), full_at_.end(),
      [](const auto& a, const auto& b) { return a.second < b.second; }));
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
  const auto full_at = std::max(i->second, now)
                       + std::chrono::duration_cast<time_point::duration>(
                           milliseconds{minutes{1}})
                           / limit;
  const auto wait = std::chrono::ceil<milliseconds>(full_at - now - minutes{1});
  if (wait > longest)
    return std::nullopt;
  i->second = full_at;
  return std::max(wait, milliseconds{0});
}

} // namespace stagepost::queue
