#include "mail/queue/backlog.hpp"

#include "mail/address.hpp"

#include <algorithm>
#include <utility>

namespace stagepost::queue {

namespace {

/// A deferred message that is due within this keeps its content in memory.
constexpr std::chrono::minutes soon_due{2};

/// How often answers that have run out and sites without work are dropped.
constexpr std::chrono::minutes sweep_interval{1};

/// A site that is down, and that nobody wanted to reach for so long, is
/// forgotten.
constexpr std::chrono::hours longest_outage{24};

} // namespace

std::vector<backlog::slot>::iterator backlog::held::at(std::uint16_t number) {
  return std::lower_bound(
    slots.begin(), slots.end(), number,
    [](const slot& x, std::uint16_t n) { return x.row.number < n; });
}

backlog::slot* backlog::find(const ref& x) {
  const auto i = messages_.find(x.message.value());
  if (i == messages_.end())
    return nullptr;
  const auto s = i->second.at(x.number);
  return s != i->second.slots.end() && s->row.number == x.number ? &*s
                                                                 : nullptr;
}

void backlog::set_body(held& x, content_ptr body) {
  if (x.body)
    body_octets_ -= x.body->size();
  x.body = std::move(body);
  if (x.body)
    body_octets_ += x.body->size();
}

/// Content is kept for as long as something of the message moves or is due
/// soon; when there is too much of it, only while it is leased.
void backlog::release_idle_body(held& x, time_point now) {
  const bool scarce = body_octets_ > body_memory_;
  const auto soon = now + soon_due;
  const auto needs = [scarce, soon](const slot& s) {
    return s.where == phase::leased
           || (!scarce && (s.where != phase::waiting || s.row.next_at <= soon));
  };
  if (x.body && std::none_of(x.slots.begin(), x.slots.end(), needs))
    set_body(x, nullptr);
}

void backlog::admit(const arrival& x, bool whole, time_point now) {
  auto [i, fresh] = messages_.try_emplace(x.what->id.value());
  auto& to = i->second;
  if (fresh) {
    to.what = x.what;
    to.whole = whole;
  }
  if (!to.body && x.body)
    set_body(to, x.body);
  std::vector<std::uint16_t> added;
  for (const auto& row : x.recipients) {
    if (row.state == recipient_state::held
        || row.state == recipient_state::ended) {
      to.whole = false; // its row stays, whatever becomes of the others
      continue;
    }
    const auto at = to.at(row.number);
    if (at != to.slots.end() && at->row.number == row.number)
      continue;
    auto& s = *to.slots.insert(at, {row, phase::waiting, {}});
    s.row.last_reply = {}; // the database has it, and nobody here asks
    added.push_back(row.number);
  }
  // What came in later than now has times of a clock that was set back: it
  // would wait for hours.
  const bool timeless = x.what->received_at > now + std::chrono::minutes{1};
  for (const auto number : added)
    if (timeless)
      route(to, *to.at(number), now);
    else
      place(to, *to.at(number), now);
  if (to.slots.empty())
    drop_if_empty(i, nullptr);
  else
    release_idle_body(to, now);
}

void backlog::place(held& x, slot& s, time_point now) {
  if (s.row.next_at > now) {
    s.where = phase::waiting;
    waiting_.insert({s.row.next_at, {x.what->id, s.row.number}});
  } else {
    route(x, s, now);
  }
}

/// Puts a recipient whose time has come before its site, or before the
/// question for its domain's site.
void backlog::route(held& x, slot& s, time_point now) {
  const ref here{x.what->id, s.row.number};
  const auto domain = dns_domain_of(s.row.address);
  if (suspended_.of(x.what->sender, domain) != nullptr)
    return park(x, s);
  auto& to = domains_[domain];
  if (!to.asked && to.valid_until > now) {
    s.site = to.site;
    if (suspended_.of_site(to.site) != nullptr)
      return park(x, s);
    return line_up(here, *x.what, s);
  }
  s.where = phase::resolving;
  to.waiting.push_back(here);
  if (!to.asked)
    unasked_.insert(domain);
}

void backlog::wake(time_point now) {
  while (!waiting_.empty() && waiting_.begin()->first <= now) {
    const auto x = waiting_.begin()->second;
    waiting_.erase(waiting_.begin());
    const auto i = messages_.find(x.message.value());
    if (auto* s = find(x); s != nullptr && s->where == phase::waiting)
      route(i->second, *s, now);
  }
  while (!probes_.empty() && probes_.begin()->first <= now)
    probe_now(std::string{probes_.begin()->second});
  sweep(now);
}

void backlog::sweep(time_point now) {
  if (now < swept_ + sweep_interval)
    return;
  swept_ = now;
  std::erase_if(domains_, [&](const auto& x) {
    const auto& d = x.second;
    return !d.asked && d.waiting.empty() && d.valid_until <= now;
  });
  std::set<std::string> named;
  for (const auto& [domain, d] : domains_)
    named.insert(d.site);
  std::erase_if(sites_, [&](const auto& x) {
    const auto& s = x.second;
    if (!s.ready.empty() || s.leased != 0 || named.contains(x.first)
        || (s.down && s.down->failed_at + longest_outage > now))
      return false;
    if (s.down && s.down->alarm)
      probes_.erase({*s.down->alarm, x.first});
    return true;
  });
}

std::optional<time_point> backlog::next_wake() const {
  auto out = suspended_.next_end();
  for (const auto* list : {&waiting_, &parked_})
    if (!list->empty() && (!out || list->begin()->first < *out))
      out = list->begin()->first;
  if (!probes_.empty() && (!out || probes_.begin()->first < *out))
    out = probes_.begin()->first;
  return out;
}

std::vector<std::string> backlog::take_questions() {
  std::vector<std::string> out;
  for (const auto& domain : std::exchange(unasked_, {})) {
    auto& d = domains_[domain];
    if (d.waiting.empty() || d.asked)
      continue;
    d.asked = true;
    out.push_back(domain);
  }
  return out;
}

void backlog::answer(const std::string& domain, const std::string& site,
                     std::size_t window, time_point valid_until) {
  // However short-lived the answer, what waits for it goes by it.
  const auto now = time_point::min();
  auto& d = domains_[domain];
  d.site = site;
  d.valid_until = valid_until;
  d.asked = false;
  sites_[site].window = window;
  for (const auto& x : std::exchange(d.waiting, {})) {
    const auto i = messages_.find(x.message.value());
    if (auto* s = find(x); s != nullptr && s->where == phase::resolving)
      route(i->second, *s, now);
  }
}

void backlog::drop_if_empty(held_map::iterator x, settlement* report) {
  set_body(x->second, nullptr);
  if (report != nullptr)
    (x->second.whole ? report->message_done : report->message_maybe) = true;
  messages_.erase(x);
}

} // namespace stagepost::queue
