// What the backlog holds.

#include "mail/queue/backlog.hpp"

#include <algorithm>

namespace stagepost::queue {

backlog::totals backlog::count() const {
  totals out;
  out.messages = messages_.size();
  out.body_octets = body_octets_;
  for (const auto& [id, x] : messages_)
    for (const auto& s : x.slots)
      switch (s.where) {
        case phase::waiting:
          ++out.waiting;
          break;
        case phase::resolving:
          ++out.resolving;
          break;
        case phase::ready:
          ++out.ready;
          break;
        case phase::leased:
          ++out.leased;
          break;
        case phase::parked:
          ++out.suspended;
          break;
      }
  return out;
}

bool backlog::busy(const std::string& site) const {
  const auto i = sites_.find(site);
  return i != sites_.end()
         && (!i->second.ready.empty() || i->second.leased != 0);
}

bool backlog::moves(const std::string& site) const {
  const auto i = sites_.find(site);
  return i != sites_.end()
         && (i->second.leased != 0
             || (!i->second.ready.empty() && !i->second.down));
}

bool backlog::holds(queue::id x) const {
  return messages_.contains(x.value());
}

bool backlog::tries(queue::id x) const {
  const auto i = messages_.find(x.value());
  return i != messages_.end()
         && std::any_of(
           i->second.slots.begin(), i->second.slots.end(),
           [this](const slot& s) {
             return s.where == phase::leased || s.where == phase::resolving
                    || (s.where == phase::ready && !down_since(s.site));
           });
}

bool backlog::holds_whole(queue::id x) const {
  const auto i = messages_.find(x.value());
  return i != messages_.end() && i->second.whole;
}

bool backlog::is_leased(const recipient_key& x) const {
  const auto i = messages_.find(x.message.value());
  return i != messages_.end()
         && std::any_of(
           i->second.slots.begin(), i->second.slots.end(), [&](const slot& s) {
             return s.row.number == x.number && s.where == phase::leased;
           });
}

} // namespace stagepost::queue
