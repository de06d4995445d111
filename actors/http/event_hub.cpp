#include "actors/http/event_hub.hpp"

#include "actors/http/event_view.hpp"
#include "mail/ascii.hpp"

#include <utility>

namespace stagepost {

namespace {

constexpr std::size_t most_waiting = 1U << 20U; // octets
constexpr const char* too_slow
  = ": dropped: events came faster than they were read\n\n";

bool wants(const event_hub::filter& of, const queue::event& x) {
  if (!of.kinds.empty() && !of.kinds.contains(std::string{name_of(x.what)}))
    return false;
  if (of.message && *of.message != x.message)
    return false;
  if (of.domain.empty() && of.recipient.empty())
    return true;
  const auto to = lower(x.recipient);
  if (!of.recipient.empty() && of.recipient != to)
    return false;
  return of.domain.empty() || to.ends_with('@' + of.domain);
}

} // namespace

void event_hub::drop_gone() {
  std::erase_if(listeners_, [](const auto& x) { return x.to->ended(); });
  count_ = listeners_.size();
}

std::shared_ptr<net::event_stream> event_hub::listen(filter of) {
  std::lock_guard lock{mutex_};
  drop_gone();
  if (listeners_.size() >= most_listeners)
    return nullptr;
  auto to = std::make_shared<net::event_stream>(most_waiting, too_slow);
  listeners_.push_back({std::move(of), to});
  count_ = listeners_.size();
  return to;
}

void event_hub::publish(const std::vector<queue::event>& x) {
  std::lock_guard lock{mutex_};
  bool gone = false;
  for (const auto& event : x) {
    std::string text;
    for (const auto& one : listeners_) {
      if (!wants(one.of, event))
        continue;
      if (text.empty())
        text = as_server_sent(event);
      gone = !one.to->push(text) || gone;
    }
  }
  if (gone)
    drop_gone();
}

void event_hub::end() {
  std::lock_guard lock{mutex_};
  for (const auto& x : listeners_)
    x.to->end();
  drop_gone();
}

} // namespace stagepost
