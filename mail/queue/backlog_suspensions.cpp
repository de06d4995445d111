// Mail that waits because its domain, its site or its sender is suspended.

#include "mail/address.hpp"
#include "mail/queue/backlog.hpp"

#include <algorithm>
#include <utility>

namespace stagepost::queue {

const suspension* backlog::stops(const held& x, const slot& s) const {
  if (suspended_.empty())
    return nullptr;
  if (const auto* found
      = suspended_.of(x.what->sender, dns_domain_of(s.row.address)))
    return found;
  return s.site.empty() ? nullptr : suspended_.of_site(s.site);
}

void backlog::park(held& x, slot& s) {
  s.where = phase::parked; // lines pass over it
  parked_.insert({x.what->expires_at, {x.what->id, s.row.number}});
}

std::uint64_t backlog::suspend(suspension x) {
  suspended_.add(std::move(x));
  std::uint64_t count = 0;
  for (auto& [id, message] : messages_)
    for (auto& s : message.slots) {
      if ((s.where != phase::resolving && s.where != phase::ready)
          || stops(message, s) == nullptr)
        continue;
      park(message, s);
      ++count;
    }
  return count;
}

std::uint64_t backlog::let_go(time_point now) {
  std::vector<ref> free;
  for (const auto& [expiry, x] : parked_) {
    const auto i = messages_.find(x.message.value());
    const auto* s = find(x);
    if (i == messages_.end() || s == nullptr || s->where != phase::parked
        || stops(i->second, *s) == nullptr)
      free.push_back(x);
  }
  std::uint64_t count = 0;
  for (const auto& x : free) {
    const auto i = messages_.find(x.message.value());
    auto* s = find(x);
    if (i == messages_.end() || s == nullptr)
      continue;
    parked_.erase({i->second.what->expires_at, x});
    if (s->where != phase::parked)
      continue;
    route(i->second, *s, now);
    ++count;
  }
  return count;
}

std::optional<std::uint64_t> backlog::resume(suspension::kind what,
                                             const std::string& subject,
                                             time_point now) {
  if (!suspended_.remove(what, subject))
    return std::nullopt;
  return let_go(now);
}

std::vector<suspension> backlog::end_suspensions(time_point now) {
  auto out = suspended_.end(now);
  if (!out.empty())
    let_go(now);
  return out;
}

std::vector<std::pair<backlog::lease, suspension>>
backlog::take_expired(time_point now) {
  std::vector<std::pair<lease, suspension>> out;
  while (!parked_.empty() && parked_.begin()->first <= now) {
    // The recipients of one message expire together, for one report.
    const auto id = parked_.begin()->second.message;
    const auto i = messages_.find(id.value());
    std::vector<slot*> slots;
    const suspension* why = nullptr;
    while (!parked_.empty() && parked_.begin()->second.message == id
           && parked_.begin()->first <= now) {
      auto* s = find(parked_.begin()->second);
      parked_.erase(parked_.begin());
      const auto* stop = s == nullptr ? nullptr : stops(i->second, *s);
      if (stop != nullptr)
        slots.push_back(s);
      else if (s != nullptr)
        route(i->second, *s, now);
      why = why == nullptr ? stop : why;
    }
    if (!slots.empty())
      out.emplace_back(hand_out(i->second, {}, slots), *why);
  }
  return out;
}

} // namespace stagepost::queue
