// What an administrator wants done with recipients that the backlog holds.

#include "mail/queue/backlog.hpp"

#include <algorithm>
#include <utility>

namespace stagepost::queue {

/// It leaves its place; lines pass over what is not there any more.
void backlog::unlist(const held& x, const slot& s) {
  const ref here{x.what->id, s.row.number};
  if (s.where == phase::waiting)
    waiting_.erase({s.row.next_at, here});
  else if (s.where == phase::parked)
    parked_.erase({x.what->expires_at, here});
}

void backlog::adopt(const message_ptr& what,
                    const std::vector<recipient>& fresh) {
  auto& to = messages_[what->id.value()];
  to.what = what;
  to.whole = false;
  for (const auto& row : fresh) {
    if (find({what->id, row.number}) != nullptr)
      continue;
    to.slots.insert(to.at(row.number), {row, phase::waiting, {}});
    waiting_.insert({row.next_at, {what->id, row.number}});
  }
}

std::vector<backlog::extract>
backlog::take_out(const std::vector<queue::id>& which,
                  const recipient_filter& of, rows after, leased_keys& leased) {
  std::vector<extract> out;
  for (const auto id : which) {
    const auto i = messages_.find(id.value());
    if (i == messages_.end())
      continue;
    auto& from = i->second;
    extract found{from.what, from.body, {}, from.whole, false};
    std::erase_if(from.slots, [&](const slot& s) {
      if (!of.matches(s.row))
        return false;
      if (s.where == phase::leased) {
        leased.push_back({id, s.row.number});
        return false;
      }
      unlist(from, s);
      found.rows.push_back(s.row); // leases pass over what is gone
      return true;
    });
    if (found.rows.empty())
      continue;
    if (after == rows::stay)
      from.whole = false;
    found.last = from.slots.empty();
    if (found.last)
      drop_if_empty(i, nullptr);
    out.push_back(std::move(found));
  }
  return out;
}

std::vector<backlog::lease>
backlog::lease_out(const std::vector<queue::id>& which,
                   const recipient_filter& of, leased_keys& leased) {
  std::vector<lease> out;
  for (const auto id : which) {
    const auto i = messages_.find(id.value());
    if (i == messages_.end())
      continue;
    std::vector<slot*> slots;
    for (auto& s : i->second.slots) {
      if (!of.matches(s.row))
        continue;
      if (s.where == phase::leased) {
        leased.push_back({id, s.row.number});
        continue;
      }
      unlist(i->second, s);
      slots.push_back(&s);
    }
    if (!slots.empty())
      out.push_back(hand_out(i->second, {}, slots));
  }
  return out;
}

} // namespace stagepost::queue
