#include "mail/queue/backlog.hpp"

#include "mail/address.hpp"

#include <algorithm>
#include <utility>

namespace stagepost::queue {

namespace {

/// Recipients in one attempt; RFC 5321, 4.5.3.1.8 has every server take 100.
constexpr std::size_t most_recipients = 100;

/// A deferred message that is due within this keeps its content in memory.
constexpr std::chrono::minutes soon_due{2};

/// How often answers that have run out and sites without work are dropped.
constexpr std::chrono::minutes sweep_interval{1};

} // namespace

backlog::slot* backlog::find(const ref& x) {
  const auto i = messages_.find(x.message.value());
  if (i == messages_.end())
    return nullptr;
  for (auto& s : i->second.slots)
    if (s.row.number == x.number)
      return &s;
  return nullptr;
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
    if (row.state == recipient_state::held) {
      to.whole = false; // its row stays, whatever becomes of the others
      continue;
    }
    if (find({x.what->id, row.number}) == nullptr) {
      to.slots.push_back({row, phase::waiting, {}});
      added.push_back(row.number);
    }
  }
  for (auto& s : to.slots)
    if (std::find(added.begin(), added.end(), s.row.number) != added.end())
      place(to, s, now);
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
  const auto domain = domain_of(s.row.address);
  auto& to = domains_[domain];
  if (!to.asked && to.valid_until > now) {
    s.where = phase::ready;
    s.site = to.site;
    sites_[to.site].ready.push_back(here);
    able_.insert(to.site);
    return;
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
    return x.second.ready.empty() && x.second.leased == 0
           && !named.contains(x.first);
  });
}

std::optional<time_point> backlog::next_wake() const {
  if (waiting_.empty())
    return std::nullopt;
  return waiting_.begin()->first;
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

backlog::lease backlog::hand_out(held& x, const std::string& site,
                                 const std::vector<slot*>& slots) {
  lease out{++last_job_, x.what, x.body, {}};
  lease_state state{x.what->id, site, {}};
  for (auto* s : slots) {
    s->where = phase::leased;
    out.recipients.push_back(s->row);
    state.numbers.push_back(s->row.number);
  }
  leases_.emplace(out.job, std::move(state));
  return out;
}

std::vector<backlog::lease>
backlog::take_unanswered(const std::string& domain) {
  std::vector<lease> out;
  auto node = domains_.extract(domain);
  if (node.empty())
    return out;
  std::map<queue::id, std::vector<slot*>> by_message;
  for (const auto& x : node.mapped().waiting)
    if (auto* s = find(x); s != nullptr && s->where == phase::resolving)
      by_message[x.message].push_back(s);
  for (const auto& [id, slots] : by_message)
    out.push_back(hand_out(messages_.find(id.value())->second, {}, slots));
  return out;
}

std::vector<std::string> backlog::take_takers() {
  const auto able = std::exchange(able_, {});
  return {able.begin(), able.end()};
}

std::optional<backlog::lease> backlog::take(const std::string& site) {
  auto& from = sites_[site];
  while (!from.ready.empty()
         && (from.window == 0 || from.leased < from.window)) {
    const auto first = from.ready.front();
    from.ready.pop_front();
    const auto i = messages_.find(first.message.value());
    if (i == messages_.end())
      continue;
    // The message's other recipients at this site go along; what the line
    // still holds of them is passed over when its turn comes.
    std::vector<slot*> slots;
    bool due = false;
    for (auto& s : i->second.slots) {
      if (s.where != phase::ready || s.site != site)
        continue;
      due = due || s.row.number == first.number;
      if (slots.size() < most_recipients)
        slots.push_back(&s);
    }
    if (!due)
      continue;
    if (std::none_of(slots.begin(), slots.end(),
                     [&](auto* s) { return s->row.number == first.number; }))
      slots.back() = find(first);
    ++from.leased;
    return hand_out(i->second, site, slots);
  }
  return std::nullopt;
}

void backlog::loaded(std::uint64_t job, content_ptr body) {
  const auto leased = leases_.find(job);
  if (leased == leases_.end())
    return;
  const auto i = messages_.find(leased->second.message.value());
  if (i != messages_.end())
    set_body(i->second, std::move(body));
}

std::optional<backlog::settlement>
backlog::settle(std::uint64_t job, const std::vector<smtp::reply>& replies,
                const policy& rules, time_point now) {
  const auto ended = leases_.extract(job);
  if (ended.empty())
    return std::nullopt;
  const auto& [id, site, numbers] = ended.mapped();
  if (const auto s = sites_.find(site);
      s != sites_.end() && s->second.leased > 0) {
    --s->second.leased;
    if (!s->second.ready.empty())
      able_.insert(site);
  }
  const auto i = messages_.find(id.value());
  if (i == messages_.end())
    return std::nullopt;
  auto& from = i->second;
  settlement out{from.what, from.body, {}, false, false};
  for (std::size_t n = 0; n < numbers.size(); ++n) {
    const auto number = numbers[n];
    auto* s = find({id, number});
    if (s == nullptr || s->where != phase::leased)
      continue;
    auto& v = out.verdicts.emplace_back();
    if (n < replies.size())
      v.reply = replies[n];
    const auto scheduled = s->row.next_at;
    ++s->row.attempts;
    s->row.last_reply = smtp::to_string(v.reply);
    const bool final = v.reply.positive() || v.reply.permanent();
    v.expired = !final && now >= from.what->expires_at;
    v.stays = !final && !v.expired;
    if (v.stays) {
      const auto warn_at = from.what->received_at + rules.warn_after;
      v.warn
        = rules.warn_after.count() > 0 && now >= warn_at
          && (s->row.attempts == 1
              || scheduled - rules.wait->after(s->row.attempts - 1U) < warn_at);
      s->row.state = recipient_state::deferred;
      s->row.next_at = std::min(now + rules.wait->after(s->row.attempts),
                                from.what->expires_at);
      place(from, *s, now);
    }
    v.row = s->row;
    if (!v.stays)
      std::erase_if(from.slots,
                    [&](const slot& x) { return x.row.number == number; });
  }
  if (from.slots.empty())
    drop_if_empty(i, &out);
  else
    release_idle_body(from, now);
  return out;
}

void backlog::drop_if_empty(held_map::iterator x, settlement* report) {
  set_body(x->second, nullptr);
  if (report != nullptr)
    (x->second.whole ? report->message_done : report->message_maybe) = true;
  messages_.erase(x);
}

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
      }
  return out;
}

bool backlog::busy(const std::string& site) const {
  const auto i = sites_.find(site);
  return i != sites_.end()
         && (!i->second.ready.empty() || i->second.leased != 0);
}

bool backlog::holds(queue::id x) const {
  return messages_.contains(x.value());
}

bool backlog::holds_whole(queue::id x) const {
  const auto i = messages_.find(x.value());
  return i != messages_.end() && i->second.whole;
}

} // namespace stagepost::queue
