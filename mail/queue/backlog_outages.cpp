// Lines before sites, and sites that can't be reached.

#include "mail/address.hpp"
#include "mail/queue/backlog.hpp"
#include "mail/queue/circumstances.hpp"

#include <functional>
#include <utility>

namespace stagepost::queue {

namespace {

/// Probes of the past that are remembered for each site.
constexpr std::size_t most_deferred = 1000;

} // namespace

void backlog::allow(const std::string& site, std::size_t window) {
  sites_[site].room = window;
  able_.insert(site);
}

std::string backlog::flow_of(const message& x) const {
  if (fair_by_ == fair_by::user)
    if (const auto user = user_of(x.circumstances); !user.empty())
      return "user " + std::string{user};
  return domain_of(x.sender);
}

void backlog::line_up(const ref& x, const message& what, slot& s) {
  s.where = phase::ready;
  const auto to = sites_.try_emplace(s.site).first;
  to->second.ready.push(flow_of(what), x);
  able_.insert(s.site);
  plan_probe(to);
}

/// Nothing came of the lease: its recipient is the next of its flow again.
void backlog::put_back(held& x, slot& s) {
  if (stops(x, s) != nullptr)
    return park(x, s);
  s.where = phase::ready;
  const auto to = sites_.try_emplace(s.site).first;
  to->second.ready.push_front(flow_of(*x.what), {x.what->id, s.row.number});
  able_.insert(s.site);
  plan_probe(to);
}

/// What failed as a probe is tried again when its site comes back.
void backlog::remember(held& x, slot& s) {
  const auto at = sites_.find(s.site);
  if (at != sites_.end() && at->second.down
      && at->second.down->deferred.size() < most_deferred)
    at->second.down->deferred.push_back({x.what->id, s.row.number});
}

/// Sees that a site that is down is probed, if anything waits for it.
void backlog::plan_probe(site_map::iterator x) {
  auto& down = x->second.down;
  if (!down || down->due || down->probe != 0 || down->alarm
      || x->second.ready.empty())
    return;
  down->alarm = down->next;
  probes_.insert({down->next, x->first});
}

void backlog::probe_now(const std::string& site) {
  const auto i = sites_.find(site);
  if (i == sites_.end() || !i->second.down)
    return;
  auto& down = *i->second.down;
  if (const auto at = std::exchange(down.alarm, std::nullopt))
    probes_.erase({*at, site});
  down.due = true;
  able_.insert(site);
}

void backlog::fall(site_map::iterator x, const smtp::reply& why,
                   const policy& rules, time_point now) {
  auto& down = x->second.down;
  if (!down)
    down.emplace(outage{}).since = now;
  if (const auto at = std::exchange(down->alarm, std::nullopt))
    probes_.erase({*at, x->first});
  down->failed_at = now;
  down->why = why;
  down->due = false;
  down->probe = 0;
  ++down->failures;
  const auto salt = std::hash<std::string>{}(x->first) + down->failures;
  const std::chrono::milliseconds limit{rules.probe};
  down->next = now
               + std::min(limit, spread(rules.wait->after(down->failures),
                                        rules.jitter, salt));
  fallen_.insert(x->first);
  plan_probe(x);
}

void backlog::recover(site_map::iterator x, time_point now) {
  const auto was = std::exchange(x->second.down, std::nullopt);
  if (!was)
    return;
  if (was->alarm)
    probes_.erase({*was->alarm, x->first});
  fallen_.erase(x->first);
  able_.insert(x->first);
  for (const auto& one : was->deferred) {
    auto* s = find(one);
    if (s == nullptr) {
      recovered_.push_back(one.message);
    } else if (s->where == phase::waiting) {
      waiting_.erase({s->row.next_at, one});
      route(messages_.find(one.message.value())->second, *s, now);
    }
  }
}

/// What the end of a lease says about its site.
attempt backlog::learn(std::uint64_t job, const std::string& site,
                       const smtp::reply& why, attempt how, const policy& rules,
                       time_point now) {
  const auto i = sites_.find(site);
  if (i == sites_.end())
    return how;
  auto& s = i->second;
  if (s.leased > 0)
    --s.leased;
  const bool probing = s.down && s.down->probe == job;
  if (how == attempt::made) {
    recover(i, now);
  } else if (how == attempt::unreached && s.down && !probing) {
    how = attempt::none; // it went out before the site was known to be down
  } else if (how == attempt::unreached) {
    fall(i, why, rules, now);
  } else if (probing) {
    s.down->probe = 0;
    s.down->due = true;
  }
  if (!s.ready.empty())
    able_.insert(site);
  return how;
}

void backlog::review(const std::string& site, const policy& rules,
                     time_point now, std::vector<overdue>& out) {
  const auto i = sites_.find(site);
  if (i == sites_.end() || !i->second.down)
    return;
  const auto why = i->second.down->why;
  const auto line = std::exchange(i->second.ready, fair_line{});
  std::map<queue::id, std::vector<slot*>> late;
  line.for_each([&](const ref& one) {
    auto* s = find(one);
    if (s == nullptr || s->where != phase::ready || s->site != site)
      return;
    auto& x = messages_.find(one.message.value())->second;
    const bool warn = rules.warn_after.count() > 0 && !s->row.warned
                      && now >= x.what->received_at + rules.warn_after;
    if (!warn && now < x.what->expires_at)
      return route(x, *s, now);
    s->where = phase::leased; // though its lease is made below
    late[one.message].push_back(s);
  });
  for (const auto& [id, slots] : late)
    out.push_back(
      {hand_out(messages_.find(id.value())->second, {}, slots), why});
}

std::vector<backlog::overdue> backlog::take_overdue(const policy& rules,
                                                    time_point now) {
  std::vector<overdue> out;
  for (const auto& site : std::exchange(fallen_, {}))
    review(site, rules, now, out);
  return out;
}

std::vector<queue::id> backlog::take_recovered() {
  return std::exchange(recovered_, {});
}

std::optional<time_point> backlog::down_since(const std::string& site) const {
  const auto i = sites_.find(site);
  if (i == sites_.end() || !i->second.down)
    return std::nullopt;
  return i->second.down->since;
}

} // namespace stagepost::queue
