// The shard and its database: committing, reading ahead.

#include "actors/queue/shard.hpp"
#include "actors/storage/journal.hpp"

#include <caf/exit_reason.hpp>
#include <caf/send.hpp>

#include <algorithm>
#include <utility>

namespace stagepost::shard {

namespace {

using std::chrono::minutes;
using std::chrono::seconds;

/// Deferred mail due within this is in memory, but no more of it than
/// `most_ahead`; more is read when less than half of either is left.
constexpr minutes read_ahead{20};
constexpr std::size_t most_ahead = 50'000;

/// However much is in memory, what is due within this has to be there.
constexpr seconds read_at_least{10};

constexpr std::uint32_t recipients_per_load = 5000;

void log_accepted(const queue::arrival& x) {
  const auto id = to_string(x.what->id);
  log::info("queue", "accepted",
            {{"id", id},
             {"from", x.what->sender},
             {"to", x.recipients.front().address},
             {"recipients", x.recipients.size()},
             {"octets", x.what->size},
             {"client", x.client},
             {"user", x.user}});
}

/// What is due later than the horizon is left to the database, and the horizon
/// is nearer the more there is before it.
void forget_ahead(shard_state& state) {
  if (state.loading || !state.complete)
    return;
  if (state.backlog->gauge().waiting > 2 * most_ahead)
    state.horizon = *state.backlog->due_at(most_ahead);
  if (const auto last = state.backlog->last_due(); last > state.horizon)
    state.backlog->forget_after(state.horizon, state.line.changing());
}

void on_committed(shard_pointer self) {
  auto& state = self->state;
  counters::add(state.here->count.commits);
  const auto now = state.here->now();
  if (state.failing_since != queue::time_point{}) {
    state.renew_at = self->clock().now(); // deliveries wait for it
    mind_the_lease(self);
  }
  storage_works(state);
  if (state.here->events.anybody() && state.line.under_way() != nullptr)
    state.here->events.publish(state.line.under_way()->events);
  for (auto& x : state.line.arrived()) {
    state.doubtful = false;
    log_accepted(x.what);
    state.backlog->admit(x.what, true, now);
    if (x.waits)
      x.waits->deliver(
        outcome{{250, {2, 0, 0}, "Queued as " + to_string(x.what.what->id)}});
  }
  for (const auto& tell : state.line.take_told())
    tell(true);
  forget_ahead(state);
  commit(self);
  advance(self);
}

void on_commit_failed(shard_pointer self, const caf::error& why) {
  auto& state = self->state;
  state.line.failed();
  counters::add(state.here->count.commit_failures);
  const auto text = self->system().render(why);
  if (is_fenced_off(why))
    return stand_aside(self, text);
  storage_fails(self, "commit failed", text);
  begin_nothing(self);
}

void send_batch(shard_pointer self,
                const std::shared_ptr<const queue::batch>& x) {
  auto& state = self->state;
  state.departed = state.here->now();
  set_alarm(self, state.departed + storage_patience);
  // No timeout: a journal that dies answers with an error, and a database that
  // hangs shows on /status and ends at the clients' deadlines.
  self
    ->request(state.services->journal.get(), caf::infinite, commit_atom_v,
              state.here->incarnation, local<const queue::batch>{x})
    .then([self](caf::ok_atom) { on_committed(self); },
          [self](const caf::error& why) { on_commit_failed(self, why); });
}

} // namespace

void admit(shard_state& state, const std::vector<queue::stored>& found) {
  for (const auto& x : found) {
    if (state.removed_while_loading.contains(x.what->id))
      continue;
    queue::arrival here{x.what, nullptr, {}};
    for (const auto& row : x.recipients) {
      if (state.gone_while_loading.contains({x.what->id, row.number}))
        continue;
      here.recipients.push_back(row);
      if (row.state == queue::recipient_state::ended)
        state.untold.restore(x.what, row, state.here->now());
    }
    const bool whole = here.recipients.size() == x.recipients_in_all;
    if (!here.recipients.empty())
      state.backlog->admit(here, whole, state.here->now());
  }
}

void begin_load(shard_state& state) {
  state.loading = true;
  for (const auto& x : state.line.leaving())
    state.gone_while_loading.insert(x);
  for (const auto x : state.line.removing())
    state.removed_while_loading.insert(x);
}

void end_load(shard_pointer self) {
  self->state.loading = false;
  self->state.gone_while_loading.clear();
  self->state.removed_while_loading.clear();
  end_rounds(self);
  commit(self);
  load_ahead(self);
  advance(self);
  next_order(self);
}

void on_load_failed(shard_pointer self, const caf::error& why) {
  log::warning("queue", "can't read the queue",
               {{"shard", self->state.services->name},
                {"why", self->system().render(why)},
                {"next", "tried again by itself"}});
  self->state.loading = false;
  set_alarm(self, self->state.here->now() + storage_pause);
  next_order(self);
}

namespace {

/// Moves the horizon on as far as there is room, then does the rest.
template <class F>
void move_horizon(shard_pointer self, queue::time_point from, F rest) {
  auto& state = self->state;
  const auto held = state.backlog->gauge().waiting;
  const auto room = held < most_ahead ? most_ahead - held : most_ahead / 10;
  self
    ->request(state.services->reader.get(), caf::infinite, count_atom_v, from,
              state.here->now() + read_ahead, static_cast<std::uint32_t>(room))
    .then([rest](queue::time_point until) { rest(until); },
          [self](const caf::error& why) { on_load_failed(self, why); });
}

/// The read at the start, piece after piece; new mail is taken meanwhile.
void load_piece(shard_pointer self) {
  auto& state = self->state;
  self
    ->request(state.services->reader.get(), caf::infinite, load_atom_v,
              state.horizon, state.load_after, recipients_per_load)
    .then(
      [self](const local<std::vector<queue::stored>>& found) {
        auto& now = self->state;
        if (!found->empty()) {
          now.load_after = found->back().what->id;
          load_piece(self); // is read while we take this one in
          admit(now, *found);
          now.loaded += found->size();
          return advance(self);
        }
        now.complete = true;
        log::info("queue", "shard ready",
                  {{"shard", now.services->name},
                   {"messages", now.loaded},
                   {"epoch", now.epoch}});
        end_load(self);
      },
      [self](const caf::error& why) { on_load_failed(self, why); });
}

/// Deferred mail from the horizon on to the next one.
void load_until(shard_pointer self, queue::time_point until) {
  const auto from = self->state.horizon;
  self
    ->request(self->state.services->reader.get(), caf::infinite, due_atom_v,
              from, until)
    .then(
      [self, until](const local<std::vector<queue::stored>>& found) {
        self->state.horizon = until;
        admit(self->state, *found);
        end_load(self);
      },
      [self](const caf::error& why) { on_load_failed(self, why); });
}

} // namespace

void load_ahead(shard_pointer self) {
  auto& state = self->state;
  const auto now = state.here->now();
  if (state.loading || state.fenced || state.stopping)
    return;
  if (!state.complete) {
    begin_load(state);
    if (state.horizon != queue::time_point{}) // it goes on
      return load_piece(self);
    return move_horizon(self, now, [self](queue::time_point until) {
      self->state.horizon = until;
      load_piece(self);
    });
  }
  const auto next
    = state.horizon
      - (state.backlog->gauge().waiting < most_ahead / 2 ? read_ahead / 2
                                                         : read_at_least);
  if (now < next)
    return set_alarm(self, next);
  begin_load(state);
  move_horizon(self, state.horizon,
               [self](queue::time_point until) { load_until(self, until); });
}

bool is_ours(const shard_state& state) {
  return state.epoch != 0 && !state.fenced;
}

caf::error not_ours(const shard_state& state) {
  const auto owner = state.services->owner.get();
  return caf::make_error(caf::sec::runtime_error,
                         owner->empty()
                           ? "the shard is not this daemon's at the moment"
                           : "this daemon stands by: "
                               + owner->substr(0, owner->find('/'))
                               + " has the queue; give the order there");
}

void bring_back(shard_pointer self, const std::vector<queue::id>& which) {
  auto& state = self->state;
  if (state.loading || !is_ours(state))
    return; // they come by their own time
  begin_load(state);
  self->request(state.services->reader.get(), caf::infinite, show_atom_v, which)
    .then(
      [self, which](const local<std::vector<queue::stored>>& x) {
        admit(self->state, *x);
        self->state.backlog->hurry(which, self->state.here->now());
        end_load(self);
      },
      [self](const caf::error& why) { on_load_failed(self, why); });
}

void mind_the_commit(shard_pointer self) {
  auto& state = self->state;
  if (!state.line.committing() || state.fenced)
    return;
  const auto now = state.here->now();
  if (now < state.departed + storage_patience)
    return set_alarm(self, state.departed + storage_patience);
  if (state.failing_since == queue::time_point{})
    state.failing_since = state.departed;
  storage_fails(self, "commit hangs", "PostgreSQL does not answer");
}

void commit(shard_pointer self) {
  auto& state = self->state;
  if (state.fenced || state.epoch == 0)
    return quit_if_done(self);
  if (auto batch = state.line.depart())
    return send_batch(self, batch);
  quit_if_done(self);
}

} // namespace stagepost::shard
