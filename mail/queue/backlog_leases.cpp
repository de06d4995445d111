// Leases: handed out to a site, and ended.

#include "mail/address.hpp"
#include "mail/queue/backlog.hpp"

#include <algorithm>
#include <utility>

namespace stagepost::queue {

namespace {

/// Recipients in one attempt; RFC 5321, 4.5.3.1.8 has every server take 100.
constexpr std::size_t most_recipients = 100;

/// Of the memory for content, what may be read for leases; and what of a
/// message counts, as more of it lies in a file.
constexpr std::uint64_t part_for_leases = 4;
constexpr std::uint64_t most_in_memory = 1U << 20U;

/// The server takes no more recipients in this transaction (RFC 5321,
/// 4.5.3.1.10): it may take them in the next.
bool is_for_the_next(const smtp::reply& x) {
  return x.code == 452
         && (!x.enhanced.present()
             || x.enhanced == smtp::enhanced_code{4, 5, 3});
}

} // namespace

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
  for (const auto& x : node.mapped().waiting) {
    // An order may have put it before another domain meanwhile, or here twice.
    auto* s = find(x);
    if (s == nullptr || s->where != phase::resolving
        || dns_domain_of(s->row.address) != domain)
      continue;
    auto& to = by_message[x.message];
    if (std::find(to.begin(), to.end(), s) == to.end())
      to.push_back(s);
  }
  for (const auto& [id, slots] : by_message)
    out.push_back(hand_out(messages_.find(id.value())->second, {}, slots));
  return out;
}

std::vector<std::string> backlog::take_takers() {
  const auto able = std::exchange(able_, {});
  return {able.begin(), able.end()};
}

bool backlog::site_state::has_room() const noexcept {
  if (down)
    return down->due && leased == 0;
  const auto most = window == 0 || (room != 0 && room < window) ? room : window;
  return most == 0 || leased < most;
}

std::optional<backlog::lease> backlog::take(const std::string& site) {
  auto& from = sites_[site];
  while (from.has_room()) {
    const auto* next = from.ready.front();
    if (next == nullptr)
      break;
    auto* first = find(*next);
    if (first == nullptr || first->where != phase::ready
        || first->site != site) {
      from.ready.drop(); // it went along with another, or is gone
      continue;
    }
    auto& message = messages_.find(next->message.value())->second;
    std::vector<slot*> slots{first};
    for (auto& s : message.slots)
      if (s.where == phase::ready && &s != first && s.site == site
          && slots.size() < most_recipients)
        slots.push_back(&s);
    std::sort(slots.begin(), slots.end()); // by number, as they lie
    from.ready.take(message.what->size);
    ++from.leased;
    auto out = hand_out(message, site, slots);
    if (from.down) {
      from.down->due = false;
      from.down->probe = out.job;
    }
    return out;
  }
  return std::nullopt;
}

bool backlog::is_open(std::uint64_t job) const {
  return leases_.contains(job);
}

bool backlog::may_load(std::uint64_t job) {
  const auto at = leases_.find(job);
  if (at == leases_.end())
    return false;
  const auto i = messages_.find(at->second.message.value());
  const auto size = i == messages_.end() ? 0 : i->second.what->size;
  const auto octets = std::min(size, most_in_memory);
  if (loaded_octets_ != 0
      && loaded_octets_ + octets > body_memory_ / part_for_leases)
    return false;
  at->second.octets += octets;
  loaded_octets_ += octets;
  return true;
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
                const policy& rules, time_point now, attempt how,
                const std::vector<std::size_t>& in_doubt) {
  const auto ended = leases_.extract(job);
  if (ended.empty())
    return std::nullopt;
  const auto& end = ended.mapped();
  loaded_octets_ -= end.octets;
  how = learn(job, end.site, replies.empty() ? smtp::reply{} : replies.front(),
              how, rules, now);
  const auto i = messages_.find(end.message.value());
  if (i == messages_.end())
    return std::nullopt;
  auto& from = i->second;
  settlement out{from.what, from.body, {}, false, false};
  const bool progress = std::any_of(replies.begin(), replies.end(),
                                    [](auto& x) { return x.positive(); });
  for (std::size_t n = 0; n < end.numbers.size(); ++n) {
    auto* s = find({end.message, end.numbers[n]});
    if (s == nullptr || s->where != phase::leased)
      continue;
    verdict v;
    if (n < replies.size())
      v.reply = replies[n];
    v.in_doubt = std::count(in_doubt.begin(), in_doubt.end(), n) != 0;
    const bool next = progress && is_for_the_next(v.reply);
    end_one(from, *s, rules, now, next ? attempt::none : how, std::move(v),
            out);
  }
  if (from.slots.empty())
    drop_if_empty(i, &out);
  else
    release_idle_body(from, now);
  return out;
}

void backlog::end_one(held& x, slot& s, const policy& rules, time_point now,
                      attempt how, verdict v, settlement& out) {
  const bool counts = how != attempt::none;
  const bool final = counts && (v.reply.positive() || v.reply.permanent());
  v.expired = !final && now >= x.what->expires_at;
  v.stays = !final && !v.expired;
  v.warn = v.stays && !s.row.warned && rules.warn_after.count() > 0
           && now >= x.what->received_at + rules.warn_after;
  if (!counts && v.stays && !v.warn)
    return put_back(x, s);
  s.row.last_reply = smtp::to_string(v.reply);
  s.row.warned = s.row.warned || v.warn;
  if (counts)
    ++s.row.attempts;
  if (v.in_doubt && rules.hold_in_doubt) {
    hold(x, s, v);
  } else if (counts && v.stays) {
    const auto salt = x.what->id.value() + s.row.attempts;
    s.row.state = recipient_state::deferred;
    s.row.next_at = std::min(
      now + spread(rules.wait->after(s.row.attempts), rules.jitter, salt),
      x.what->expires_at);
    place(x, s, now);
    if (how == attempt::unreached)
      remember(x, s);
  } else if (v.stays) {
    put_back(x, s);
  }
  v.row = s.row;
  out.verdicts.push_back(std::move(v));
  if (const auto& last = out.verdicts.back();
      !last.stays || last.row.state == recipient_state::held)
    x.slots.erase(x.at(s.row.number));
}

} // namespace stagepost::queue
