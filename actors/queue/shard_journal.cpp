// The shard and its database: committing, taking over, reading ahead.

#include "actors/queue/shard.hpp"
#include "actors/storage/journal.hpp"

#include <caf/exit_reason.hpp>
#include <caf/send.hpp>

#include <algorithm>
#include <utility>

namespace stagepost::shard {

namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

/// Deferred mail due within this is in memory; more is read when less than
/// half of it is left.
constexpr minutes read_ahead{20};

/// Between a failed commit and the next try.
constexpr milliseconds retry_pause{250};

/// Until the journal, a sibling's child, has come up.
constexpr milliseconds start_pause{10};

/// So long may clients wait for a database that comes back; after it they are
/// told to try again later, and newcomers are told at once.
constexpr seconds patience{10};

constexpr std::uint32_t messages_per_load = 2000;

void quit_if_done(shard_pointer self) {
  auto& state = self->state;
  const bool working
    = std::any_of(state.destinations.begin(), state.destinations.end(),
                  [](auto& x) { return static_cast<bool>(x.second.who); });
  if (state.stopping && !working && (state.fenced || state.line.idle()))
    self->quit(state.why);
}

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

void storage_works(shard_state& state) {
  if (state.failing_since != queue::time_point{})
    log::info("queue", "storage back", {{"shard", state.services->name}});
  state.failing_since = {};
  state.services->healthy = true;
}

void on_committed(shard_pointer self) {
  auto& state = self->state;
  counters::add(state.here->count.commits);
  storage_works(state);
  const auto now = state.here->now();
  for (auto& x : state.line.arrived()) {
    state.doubtful = false;
    log_accepted(x.what);
    state.backlog->admit(x.what, true, now);
    if (x.waits)
      x.waits->deliver(
        outcome{{250, {2, 0, 0}, "Queued as " + to_string(x.what.what->id)}});
  }
  if (!state.line.has_changes() && !state.loading)
    state.backlog->forget_after(state.horizon);
  commit(self);
  advance(self);
}

/// This shard's rows belong to another daemon now. Writing on would be wrong,
/// and so would be delivering: it does so itself.
void stand_aside(shard_pointer self, const std::string& why) {
  auto& state = self->state;
  state.fenced = true;
  state.services->healthy = false;
  log::error("queue", "shard lost to another daemon",
             {{"shard", state.services->name},
              {"why", why},
              {"next", "stop one of the two daemons that share this database, "
                       "or give each its own shards"}});
  for (auto& waits : state.line.withdraw())
    waits.deliver(outcome{{451, {4, 3, 0}, "Mail can't be stored here"}});
  for (auto& [key, x] : state.destinations)
    if (x.who)
      self->send_exit(x.who, caf::exit_reason::user_shutdown);
  quit_if_done(self);
}

/// Neither a commit nor a take-over goes through: it is tried again, and for a
/// while the clients wait for it.
void storage_fails(shard_pointer self, const char* event,
                   const std::string& why) {
  auto& state = self->state;
  const auto now = state.here->now();
  if (state.failing_since == queue::time_point{}) {
    state.failing_since = now;
    log::error("queue", event,
               {{"shard", state.services->name},
                {"why", why},
                {"next", "tried again by itself"}});
  }
  if ((state.doubtful || now - state.failing_since >= patience)
      && state.services->healthy) {
    state.services->healthy = false;
    state.doubtful = true;
    const auto given_up = state.line.withdraw();
    for (auto waits : given_up)
      waits.deliver(
        outcome{{451,
                 {4, 3, 0},
                 "Mail can't be stored at the moment, try again later"}});
    log::error("queue", "takes no mail",
               {{"shard", state.services->name},
                {"clients_told", given_up.size()},
                {"next", "see that PostgreSQL runs and can be reached; mail is "
                         "taken again by itself"}});
  }
  set_alarm(self, now + retry_pause);
}

void on_commit_failed(shard_pointer self, const caf::error& why) {
  auto& state = self->state;
  state.line.failed();
  counters::add(state.here->count.commit_failures);
  const auto text = self->system().render(why);
  if (is_fenced_off(why))
    return stand_aside(self, text);
  storage_fails(self, "commit failed", text);
}

void send_batch(shard_pointer self,
                const std::shared_ptr<const queue::batch>& x) {
  auto& state = self->state;
  state.departed = state.here->now();
  set_alarm(self, state.departed + patience);
  // No timeout: a journal that dies answers with an error, and a database that
  // hangs shows on /status and ends at the clients' deadlines.
  self
    ->request(state.services->journal.get(), caf::infinite, commit_atom_v,
              state.here->incarnation, local<const queue::batch>{x})
    .then([self](caf::ok_atom) { on_committed(self); },
          [self](const caf::error& why) { on_commit_failed(self, why); });
}

void admit(shard_state& state, const std::vector<queue::stored>& found) {
  for (const auto& x : found) {
    if (state.removed_while_loading.contains(x.what->id))
      continue;
    queue::arrival here{x.what, nullptr, {}};
    for (const auto& row : x.recipients)
      if (!state.gone_while_loading.contains({x.what->id, row.number}))
        here.recipients.push_back(row);
    const bool whole = x.recipients.size() == x.recipients_in_all;
    if (!here.recipients.empty())
      state.backlog->admit(here, whole, state.here->now());
  }
}

void begin_load(shard_state& state) {
  state.loading = true;
  for (const auto& x : state.line.finishing())
    state.gone_while_loading.insert(x);
  for (const auto x : state.line.removing())
    state.removed_while_loading.insert(x);
}

void end_load(shard_pointer self) {
  self->state.loading = false;
  self->state.gone_while_loading.clear();
  self->state.removed_while_loading.clear();
  set_alarm(self, self->state.horizon - read_ahead / 2);
  advance(self);
}

void on_load_failed(shard_pointer self, const caf::error& why) {
  log::warning("queue", "can't read the queue",
               {{"shard", self->state.services->name},
                {"why", self->system().render(why)},
                {"next", "tried again by itself"}});
  self->state.loading = false;
  set_alarm(self, self->state.here->now() + retry_pause);
}

/// The read at the start, piece after piece; new mail is taken meanwhile.
void load_piece(shard_pointer self) {
  auto& state = self->state;
  self
    ->request(state.services->reader.get(), caf::infinite, load_atom_v,
              state.horizon, state.load_after, messages_per_load)
    .then(
      [self](const local<std::vector<queue::stored>>& found) {
        auto& now = self->state;
        admit(now, *found);
        now.loaded += found->size();
        if (!found->empty()) {
          now.load_after = found->back().what->id;
          advance(self);
          return load_piece(self);
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

} // namespace

void take_over(shard_pointer self) {
  auto& state = self->state;
  const auto journal = state.services->journal.get();
  if (!journal) // just being started, as we are
    return set_alarm(self, state.here->now() + start_pause);
  self->request(journal, caf::infinite, acquire_atom_v, state.here->incarnation)
    .then(
      [self](std::int64_t epoch) {
        auto& now = self->state;
        storage_works(now);
        now.epoch = epoch;
        now.horizon = now.here->now() + read_ahead;
        load_ahead(self);
        commit(self);
      },
      [self](const caf::error& why) {
        storage_fails(self, "can't take the shard over",
                      self->system().render(why));
      });
}

void load_ahead(shard_pointer self) {
  auto& state = self->state;
  const auto now = state.here->now();
  if (state.loading || state.fenced || state.stopping)
    return;
  if (!state.complete) {
    begin_load(state);
    return load_piece(self);
  }
  if (now + read_ahead / 2 < state.horizon)
    return set_alarm(self, state.horizon - read_ahead / 2);
  begin_load(state);
  const auto from = state.horizon;
  const auto until = now + read_ahead;
  self
    ->request(state.services->reader.get(), caf::infinite, due_atom_v, from,
              until)
    .then(
      [self, until](const local<std::vector<queue::stored>>& found) {
        self->state.horizon = until;
        admit(self->state, *found);
        end_load(self);
      },
      [self](const caf::error& why) { on_load_failed(self, why); });
}

bool is_ours(const shard_state& state) {
  return state.epoch != 0 && !state.fenced;
}

caf::error not_ours() {
  return caf::make_error(caf::sec::runtime_error,
                         "the shard is not this daemon's at the moment");
}

caf::result<std::uint64_t> hurry(shard_pointer self,
                                 const std::vector<queue::id>& which) {
  auto& state = self->state;
  if (!is_ours(state))
    return not_ours();
  const auto now = state.here->now();
  std::vector<queue::id> missing;
  for (const auto id : which)
    if (!state.backlog->holds_whole(id))
      missing.push_back(id);
  if (!which.empty() && missing.empty()) {
    const auto n = state.backlog->hurry(which, now);
    advance(self);
    return n;
  }
  if (state.loading) // of what it finds, nothing may have gone meanwhile
    return caf::make_error(caf::sec::runtime_error,
                           "the queue is being read, try again in a moment");
  begin_load(state);
  auto asks = self->make_response_promise<std::uint64_t>();
  self
    ->request(state.services->reader.get(), caf::infinite, show_atom_v, missing)
    .then(
      [self, which, asks](const local<std::vector<queue::stored>>& x) mutable {
        admit(self->state, *x);
        const auto at = self->state.here->now();
        asks.deliver(self->state.backlog->hurry(which, at));
        end_load(self);
      },
      [self, asks](const caf::error& why) mutable {
        asks.deliver(why);
        on_load_failed(self, why);
      });
  return asks;
}

void mind_the_commit(shard_pointer self) {
  auto& state = self->state;
  if (!state.line.committing() || state.fenced)
    return;
  const auto now = state.here->now();
  if (now < state.departed + patience)
    return set_alarm(self, state.departed + patience);
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
