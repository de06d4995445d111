// The shard and its reports: one tells of all recipients that a message's round
// of attempts has settled.

#include "actors/queue/circumstances.hpp"
#include "actors/queue/shard.hpp"
#include "mail/queue/settlement.hpp"

#include <utility>

namespace stagepost::shard {

namespace {

using queue::pending_reports;

/// When the database can't show a message's content.
constexpr std::chrono::seconds read_pause{10};

/// Puts a report into line for its turn.
/// Whether a client hears of a report: then it is never dropped for its pace,
/// and taken back when the client hears that nothing could be stored.
enum class promise { none, kept, kept_or_taken_back };

void send(shard_pointer self, queue::arrival report,
          const queue::message& about, promise promised) {
  auto& state = self->state;
  const auto now = state.here->now();
  const auto by = rules_of(state);
  auto& to = report.recipients.front();
  const auto id = to_string(report.what->id);
  const auto of = to_string(about.id);
  auto wait = state.reports.next(
    to.address, by->configuration.delivery.reports_per_minute, now);
  if (!wait && promised != promise::none)
    wait = queue::report_pace::usual_longest;
  if (!wait) {
    counters::add(state.here->count.reports_dropped);
    log::warning("queue", "report dropped",
                 {{"about", of},
                  {"to", to.address},
                  {"why", "over reports_per_minute for a day to come"}});
    return;
  }
  counters::add(state.here->count.reports);
  log::info("queue", "reported",
            {{"id", id},
             {"about", of},
             {"to", to.address},
             {"wait_s", wait->count() / 1000}});
  if (wait->count() > 0) {
    to.next_at = now + *wait;
    to.state = queue::recipient_state::deferred;
  }
  state.line.add(
    {std::move(report), std::nullopt, promised == promise::kept_or_taken_back});
}

/// The report to the sender, and the postmaster's copy.
void send(shard_pointer self, const pending_reports::entry& x,
          promise promised = promise::none) {
  auto& state = self->state;
  const auto now = state.here->now();
  const auto by = rules_of(state);
  const auto& config = by->configuration;
  auto [hostname, origin] = origin_of_report(*by, *x.what, x.left_by);
  queue::report_rules rules{
    std::move(hostname), config.delivery.expire,
    config.delivery.report == config::report_content::full, std::move(origin)};
  auto& ids = state.services->ids;
  const auto send_one = [&](promise sure) {
    if (auto it = queue::report_on(*x.what, x.body, x.notices, rules,
                                   ids.next(now), now))
      send(self, std::move(*it), *x.what, sure);
  };
  send_one(promised);
  rules.copy_to = config.delivery.postmaster_copy;
  if (!rules.copy_to.empty())
    send_one(promise::none);
}

/// The rows that were kept go with the report.
void let_rows_go(shard_state& state, const pending_reports::entry& x) {
  auto& batch = state.line.gathering();
  for (const auto& y : x.notices) {
    if (y.what == report_facts::kind::delay)
      continue;
    const queue::recipient_key key{x.what->id, y.row.number};
    batch.finished.push_back(key);
    if (state.loading)
      state.gone_while_loading.insert(key);
  }
  batch.maybe_finished.push_back(x.what->id);
}

/// A report whose message's content is in the database only.
void read_for(shard_pointer self, queue::id message) {
  auto& state = self->state;
  state.untold.put_off(message, state.here->now() + read_pause);
  self
    ->request(state.services->reader.get(), caf::infinite, body_atom_v, message)
    .then(
      [self, message](const local<const content>& body) {
        self->state.untold.give(message, body.it);
        self->state.untold.put_off(message, self->state.here->now());
        mind_reports(self);
        commit(self);
        advance(self);
      },
      [](const caf::error&) {}); // it is asked for again
}

/// Is more to be told of a message soon?
bool goes_on(const shard_state& state, queue::id message) {
  return state.backlog->tries(message) || awaits_order(state, message);
}

} // namespace

bool tells_later(const shard_state& state, const queue::settlement& x,
                 const std::vector<queue::notice>& notices) {
  if (!goes_on(state, x.what->id))
    return false;
  const bool has_more = state.untold.find(x.what->id) != nullptr;
  return notices.empty() ? has_more : state.untold.has_room(x.body);
}

void tell_later(shard_state& state, const queue::settlement& x,
                std::vector<queue::notice> notices, const egress_way& left_by) {
  if (notices.empty())
    return;
  state.backlog->leave_rows(x.what->id);
  state.untold.add(x.what, x.body, std::move(notices), left_by,
                   state.here->now());
}

void tell(shard_pointer self, const queue::settlement& x,
          std::vector<queue::notice> notices, const egress_way& left_by,
          bool promised) {
  auto& state = self->state;
  auto before = state.untold.take(x.what->id);
  if (!before && notices.empty())
    return;
  // What was to be told before is told in any case.
  const auto how = !promised ? promise::none
                   : before  ? promise::kept
                             : promise::kept_or_taken_back;
  pending_reports::entry all{x.what, x.body, {}, left_by};
  if (before) {
    let_rows_go(state, *before);
    all.notices = std::move(before->notices);
    if (before->body)
      all.body = before->body;
    if (left_by == egress_way{})
      all.left_by = before->left_by;
  }
  queue::add_notices(all.notices, std::move(notices));
  send(self, all, how);
}

void mind_reports(shard_pointer self) {
  auto& state = self->state;
  if (!is_ours(state) || state.stopping)
    return;
  for (const auto id : state.untold.due(state.here->now())) {
    if (!state.untold.find(id)->body) {
      read_for(self, id);
      continue;
    }
    const auto x = *state.untold.take(id);
    let_rows_go(state, x);
    send(self, x);
  }
}

void end_rounds(shard_pointer self) {
  auto& state = self->state;
  if (state.loading && !state.complete) // more of the message may come
    return;
  for (const auto id : state.untold.all())
    if (!goes_on(state, id))
      state.untold.put_off(id, state.here->now());
  mind_reports(self);
}

} // namespace stagepost::shard
