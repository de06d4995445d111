// What people get to see of the backlog.

#include "mail/queue/backlog.hpp"

namespace stagepost::queue {

std::vector<recipient_sight>
backlog::look_at(const std::vector<queue::id>& which) const {
  const auto name = [](phase x) {
    switch (x) {
      case phase::waiting:
        return "waiting";
      case phase::resolving:
        return "resolving";
      case phase::ready:
        return "ready";
      case phase::leased:
        return "delivering";
      case phase::parked:
        return "suspended";
    }
    return "";
  };
  std::vector<recipient_sight> out;
  for (const auto id : which) {
    const auto i = messages_.find(id.value());
    if (i == messages_.end())
      continue;
    for (const auto& s : i->second.slots) {
      recipient_sight x{id, s.row.number, name(s.where), s.site};
      if (const auto* by = stops(i->second, s); by != nullptr)
        x.suspended = to_string(*by);
      out.push_back(std::move(x));
    }
  }
  return out;
}

std::vector<site_sight>
backlog::look_at_sites(const std::string& domain) const {
  std::vector<site_sight> out;
  const auto look = [&](const std::string& name, const site_state& x) {
    auto& to = out.emplace_back();
    to.site = name;
    to.waiting = x.ready.size();
    to.delivering = x.leased;
    to.window = x.room == 0 ? x.window : x.room;
    if (x.down) {
      to.down_since = x.down->since;
      to.next_probe = x.down->next;
      to.why = smtp::to_string(x.down->why);
    }
    if (const auto* by = suspended_.of_site(name); by != nullptr)
      to.suspended = to_string(*by);
  };
  if (domain.empty()) {
    for (const auto& [name, x] : sites_)
      look(name, x);
    return out;
  }
  if (const auto i = domains_.find(domain); i != domains_.end())
    if (const auto at = sites_.find(i->second.site); at != sites_.end())
      look(at->first, at->second);
  return out;
}

} // namespace stagepost::queue
