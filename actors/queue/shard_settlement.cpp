// The shard and what becomes of its leases: verdicts, reports, sites that are
// down.

#include "actors/queue/shard.hpp"
#include "mail/queue/settlement.hpp"

#include <algorithm>
#include <utility>

namespace stagepost::shard {

namespace {

/// What attempts are judged by, and the rules that it is a part of.
struct judged_by {
  rules_ptr rules;
  queue::backlog::policy it;
};

judged_by policy_of(shard_state& state) {
  auto rules = rules_of(state);
  const auto& delivery = rules->configuration.delivery;
  return {rules,
          {&delivery.retry, delivery.warn_after, delivery.retry_jitter,
           delivery.probe, delivery.in_doubt == config::in_doubt_policy::hold}};
}

void log_verdict(const queue::backlog::settlement& x,
                 const queue::backlog::verdict& v, const attempt_result& by) {
  const auto event = v.stays && v.in_doubt ? "in_doubt"
                     : v.stays             ? "deferred"
                     : v.reply.positive()  ? "delivered"
                     : v.expired           ? "expired"
                                           : "bounced";
  const auto id = to_string(x.what->id);
  const auto reply = smtp::to_string(v.reply);
  const auto way = by.relay.empty() ? std::string{} : to_string(by.left_by);
  const log::fields fields{
    {"id", id},
    {"to", v.row.address},
    {"relay", by.relay},
    {"egress", way},
    {"tls", by.tls},
    {"attempts", v.row.attempts},
    {"reply", reply},
    {"by", v.reply.ours || by.relay.empty() ? "us" : "relay"}};
  v.reply.positive() ? log::info("queue", event, fields)
                     : log::warning("queue", event, fields);
}

void count_verdict(counters& to, const queue::backlog::verdict& v) {
  if (v.in_doubt)
    counters::add(to.in_doubt);
  if (v.stays)
    counters::add(to.deferred);
  else
    counters::add(v.reply.positive() ? to.delivered : to.failed);
}

/// Whose sender is to hear of them later, together with others: their rows say
/// so until then.
void keep(queue::settlement& to, const std::vector<queue::notice>& notices) {
  for (auto& v : to.verdicts)
    for (const auto& x : notices)
      if (!v.stays && v.row.number == x.row.number) {
        v.row.state = queue::recipient_state::ended;
        v.row.last_reply = queue::kept_reply(x);
      }
}

} // namespace

void settle_all(shard_pointer self, const queue::backlog::lease& x,
                const smtp::reply& why, queue::attempt how) {
  attempt_result result;
  result.job = x.job;
  result.how = how;
  result.replies.assign(x.recipients.size(), why);
  settle(self, {}, result);
}

void fail(shard_pointer self, const queue::backlog::lease& x,
          const smtp::reply& why, queue::attempt how) {
  const bool told = how == queue::attempt::none || why.permanent()
                    || self->state.here->now() >= x.what->expires_at;
  if (x.body || !told || x.what->sender.empty())
    return settle_all(self, x, why, how);
  self
    ->request(self->state.services->reader.get(), caf::infinite, body_atom_v,
              x.what->id)
    .then(
      [self, x, why, how](const local<const content>& body) {
        if (body)
          self->state.backlog->loaded(x.job, body.it);
        settle_all(self, x, why, how);
      },
      [self, x, why, how](const caf::error&) {
        settle_all(self, x, why, how);
      });
}

namespace {

/// A site went down or came back: once in the log, and what that means for who
/// waits for it.
void on_site(shard_pointer self, const std::string& site, bool was_down,
             const attempt_result& x) {
  auto& state = self->state;
  const auto since = state.backlog->down_since(site);
  if (since && !was_down)
    log::warning(
      "queue", "destination down",
      {{"site", site},
       {"why", smtp::to_string(x.replies.front())},
       {"next", "probed by one message at a time, the others wait"}});
  if (!since && was_down)
    log::info("queue", "destination back", {{"site", site}});
  const auto rules = policy_of(state);
  for (const auto& y : state.backlog->take_overdue(rules.it, state.here->now()))
    fail(self, y.what, y.why, queue::attempt::none);
  if (since && !was_down)
    end_rounds(self); // who waits for it now is not being tried any more
  if (const auto late = state.backlog->take_recovered(); !late.empty())
    bring_back(self, late);
}

} // namespace

void settle(shard_pointer self, const std::string& site,
            const attempt_result& x) {
  auto& state = self->state;
  const auto now = state.here->now();
  const auto rules = policy_of(state);
  const bool was_down = state.backlog->down_since(site).has_value();
  auto ended
    = state.backlog->settle(x.job, x.replies, rules.it, now, x.how, x.in_doubt);
  if (x.window != 0)
    state.backlog->allow(site, x.window);
  if (ended) {
    for (const auto& v : ended->verdicts) {
      log_verdict(*ended, v, x);
      if (x.how != queue::attempt::none || !v.stays)
        count_verdict(state.here->count, v);
      const bool leaves
        = !v.stays || v.row.state == queue::recipient_state::held;
      if (state.loading && leaves)
        state.gone_while_loading.insert({ended->what->id, v.row.number});
    }
    auto notices = queue::notices_of(*ended, x.relay, now, !x.reports);
    const bool later = tells_later(state, *ended, notices);
    if (later)
      keep(*ended, notices);
    queue::record(*ended, x.relay, now, state.line.gathering(), x.tls, x.began);
    if (later)
      tell_later(state, *ended, std::move(notices), x.left_by);
    else
      tell(self, *ended, std::move(notices), x.left_by);
  }
  if (!site.empty() && !x.replies.empty())
    on_site(self, site, was_down, x);
  mind_orders(self);
  commit(self);
  advance(self);
}

void record(shard_pointer self, const handed_over& x,
            caf::typed_response_promise<bool> waits) {
  auto& state = self->state;
  // While nothing can be written the log has it.
  if (!state.services->healthy || state.fenced || state.stopping) {
    waits.deliver(false);
    return;
  }
  auto& to = state.line.gathering().events;
  to.insert(to.end(), x.events.begin(), x.events.end());
  if (x.untold.verdicts.empty()) {
    waits.deliver(true);
  } else {
    // A client waits for the report of a failure, not for that of a success.
    const bool promised
      = std::any_of(x.untold.verdicts.begin(), x.untold.verdicts.end(),
                    [](const auto& v) { return !v.reply.positive(); });
    tell(self, x.untold,
         queue::notices_of(x.untold, {}, state.here->now(), true), {},
         promised);
    state.line.when_durable(
      [waits](bool durable) mutable { waits.deliver(durable); });
  }
  commit(self);
}

} // namespace stagepost::shard
