// What others do to the backlog: destinations that are lost, administrators,
// and the horizon behind which the database alone remembers.

#include "mail/queue/backlog.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace stagepost::queue {

void backlog::forget_answers(time_point now) {
  for (auto& [name, domain] : domains_)
    domain.valid_until = time_point::min();
  for (auto& [key, site] : sites_) {
    const auto line = std::exchange(site.ready, fair_line{});
    line.for_each([&, &where = key](const ref& one) {
      auto* s = find(one);
      if (s != nullptr && s->where == phase::ready && s->site == where)
        route(messages_.find(one.message.value())->second, *s, now);
    });
  }
}

void backlog::leave_rows(queue::id x) {
  if (const auto i = messages_.find(x.value()); i != messages_.end())
    i->second.whole = false;
}

// Its row stays, and the database alone knows of it.
void backlog::hold(held& x, slot& s, verdict& v) {
  s.row.state = recipient_state::held;
  v.stays = true;
  v.expired = false;
  x.whole = false;
}

void backlog::lost(const std::string& site) {
  auto& to = sites_[site];
  to.leased = 0;
  if (to.down && std::exchange(to.down->probe, 0U) != 0)
    probe_now(site);
  for (auto i = leases_.begin(); i != leases_.end();) {
    if (i->second.site != site) {
      ++i;
      continue;
    }
    for (const auto number : i->second.numbers) {
      const ref x{i->second.message, number};
      if (auto* s = find(x); s != nullptr && s->where == phase::leased)
        put_back(messages_.find(x.message.value())->second, *s);
    }
    able_.insert(site);
    loaded_octets_ -= i->second.octets;
    i = leases_.erase(i);
  }
}

std::uint64_t backlog::hurry(const std::vector<queue::id>& which,
                             time_point now, const recipient_filter& of,
                             leased_keys* leased,
                             std::vector<change>* kept_back) {
  std::uint64_t count = 0;
  const auto hurry_one = [&](held& x) {
    for (auto& s : x.slots) {
      if (!of.matches(s.row))
        continue;
      if (s.where == phase::waiting) {
        waiting_.erase({s.row.next_at, {x.what->id, s.row.number}});
        route(x, s, now);
        ++count;
        if (s.where == phase::parked && kept_back != nullptr) {
          s.row.next_at = now;
          kept_back->push_back({x.what->id, s.row});
        }
      } else if (s.where == phase::leased && leased != nullptr) {
        leased->push_back({x.what->id, s.row.number});
      } else if (s.where == phase::ready && down_since(s.site)) {
        ++count; // it waited for its site's next probe
      }
      if (s.where == phase::ready)
        probe_now(s.site);
    }
  };
  if (which.empty())
    for (auto& [id, x] : messages_)
      hurry_one(x);
  for (const auto id : which)
    if (const auto i = messages_.find(id.value()); i != messages_.end())
      hurry_one(i->second);
  return count;
}

void backlog::forget_after(time_point horizon,
                           const std::set<recipient_key>& pending) {
  for (auto at = waiting_.end();
       at != waiting_.begin() && std::prev(at)->first > horizon;) {
    --at;
    const auto x = at->second;
    if (pending.contains(x))
      continue;
    at = waiting_.erase(at);
    const auto i = messages_.find(x.message.value());
    if (i == messages_.end())
      continue;
    i->second.whole = false;
    if (const auto s = i->second.at(x.number);
        s != i->second.slots.end() && s->row.number == x.number)
      i->second.slots.erase(s);
    if (i->second.slots.empty())
      drop_if_empty(i, nullptr);
  }
}

std::optional<time_point> backlog::due_at(std::size_t n) const {
  if (n >= waiting_.size())
    return std::nullopt;
  return std::next(waiting_.begin(), static_cast<std::ptrdiff_t>(n))->first;
}

std::optional<time_point> backlog::last_due() const {
  if (waiting_.empty())
    return std::nullopt;
  return waiting_.rbegin()->first;
}

} // namespace stagepost::queue
