#include "mail/outlet/failure_pace.hpp"

#include <string>

namespace stagepost::outlet {

bool failure_pace::take(std::string_view sender, std::string_view message,
                        std::uint32_t per_hour, queue::time_point now) {
  const auto what = std::string(sender) + '\n' + std::string(message);
  if (!message.empty() && !messages_.has_room(what, 1, now))
    return false;
  if (!senders_.next(sender, per_hour, now))
    return false;
  if (!message.empty())
    (void)messages_.next(what, 1, now);
  return true;
}

} // namespace stagepost::outlet
