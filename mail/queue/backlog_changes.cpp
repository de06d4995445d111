// What others do to the backlog: destinations that are lost, administrators,
// and the horizon behind which the database alone remembers.

#include "mail/queue/backlog.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace stagepost::queue {

void backlog::forget_answers() {
  for (auto& [name, domain] : domains_)
    domain.valid_until = time_point::min();
}

void backlog::lost(const std::string& site) {
  auto& to = sites_[site];
  to.leased = 0;
  for (auto i = leases_.begin(); i != leases_.end();) {
    if (i->second.site != site) {
      ++i;
      continue;
    }
    for (const auto number : i->second.numbers) {
      const ref x{i->second.message, number};
      if (auto* s = find(x); s != nullptr && s->where == phase::leased) {
        s->where = phase::ready;
        to.ready.push_back(x);
      }
    }
    able_.insert(site);
    i = leases_.erase(i);
  }
}

std::uint64_t backlog::hurry(const std::vector<queue::id>& which,
                             time_point now) {
  std::uint64_t count = 0;
  const auto hurry_one = [&](held& x) {
    for (auto& s : x.slots) {
      if (s.where != phase::waiting)
        continue;
      // `next_at` stays: it tells `settle` when the last deferral was, and so
      // whether the sender was warned at it.
      waiting_.erase({s.row.next_at, {x.what->id, s.row.number}});
      route(x, s, now);
      ++count;
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

std::vector<queue::id> backlog::remove(const std::vector<queue::id>& which) {
  std::vector<queue::id> out;
  for (const auto id : which) {
    const auto i = messages_.find(id.value());
    if (i == messages_.end())
      continue;
    for (auto& s : i->second.slots)
      if (s.where == phase::waiting)
        waiting_.erase({s.row.next_at, {id, s.row.number}});
    drop_if_empty(i, nullptr); // lines and leases pass over what is gone
    out.push_back(id);
  }
  return out;
}

void backlog::forget_after(time_point horizon) {
  while (!waiting_.empty() && waiting_.rbegin()->first > horizon) {
    const auto x = waiting_.rbegin()->second;
    waiting_.erase(std::prev(waiting_.end()));
    const auto i = messages_.find(x.message.value());
    if (i == messages_.end())
      continue;
    i->second.whole = false;
    std::erase_if(i->second.slots,
                  [&](const slot& s) { return s.row.number == x.number; });
    if (i->second.slots.empty())
      drop_if_empty(i, nullptr);
  }
}

} // namespace stagepost::queue
