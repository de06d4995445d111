#include "actors/queue/shard.hpp"

#include <caf/exit_reason.hpp>

#include <algorithm>
#include <utility>

namespace stagepost {

namespace {

using std::chrono::minutes;

/// A destination without work goes after this long, and its connections.
constexpr minutes idle_destination{2};

smtp::reply not_stored() {
  return {
    451, {4, 3, 0}, "Mail can't be stored at the moment, try again later"};
}

void on_submit(shard_pointer self, const queue::arrival& x,
               commit_line::promise waits) {
  auto& state = self->state;
  if (state.fenced || state.stopping || !state.services->healthy) {
    waits.deliver(outcome{not_stored()});
    return;
  }
  const auto by = shard::rules_of(state);
  if (state.line.octets() > by->configuration.limits.queue_memory) {
    waits.deliver(outcome{{452, {4, 3, 1}, "Too much mail is being stored"}});
    return;
  }
  state.line.add({x, std::move(waits)});
  shard::commit(self);
}

/// A destination has ended: in order when it was told to, or by a crash, after
/// which its leases are due at once.
void on_down(shard_pointer self, const caf::down_msg& msg) {
  auto& state = self->state;
  auto i = std::find_if(
    state.destinations.begin(), state.destinations.end(), [&](auto& x) {
      return x.second.who && x.second.who.address() == msg.source;
    });
  if (i == state.destinations.end())
    return;
  const auto key = i->first;
  i->second.who = nullptr;
  if (!state.stopping) {
    if (msg.reason && msg.reason != caf::exit_reason::user_shutdown) {
      const auto why = self->system().render(msg.reason);
      state.here->tree.died(self->path() + '/' + key, why, false);
      log::warning("queue", "destination lost", {{"site", key}, {"why", why}});
    }
    state.backlog->lost(key);
    return shard::advance(self);
  }
  shard::commit(self);
}

/// Stops what has had no work for long.
void sweep(shard_pointer self) {
  auto& state = self->state;
  const auto now = state.here->now();
  for (auto& [key, x] : state.destinations)
    if (x.who && x.last_used + idle_destination <= now
        && !state.backlog->busy(key))
      self->send_exit(x.who, caf::exit_reason::user_shutdown);
  std::erase_if(state.destinations, [&](const auto& x) {
    return !x.second.who && x.second.last_used + minutes(60) <= now
           && !state.backlog->busy(x.first);
  });
}

bool has_destinations(const shard_state& state) {
  return std::any_of(state.destinations.begin(), state.destinations.end(),
                     [](auto& x) { return static_cast<bool>(x.second.who); });
}

/// Lets the transactions under way come to their end, writes down what became
/// of them, and only then ends.
void on_exit(shard_pointer self, const caf::exit_msg& msg) {
  auto& state = self->state;
  if (std::exchange(state.stopping, true))
    return;
  state.why = msg.reason;
  state.services->healthy = false; // until a successor has taken over
  for (auto& [key, x] : state.destinations)
    if (x.who)
      self->send_exit(x.who, caf::exit_reason::user_shutdown);
  if (state.epoch == 0) // nothing was begun, and nothing can be
    for (auto& waits : state.line.withdraw())
      waits.deliver(outcome{not_stored()});
  shard::commit(self);
}

void on_wake(shard_pointer self) {
  auto& state = self->state;
  state.alarm_at = queue::time_point::max();
  if (state.epoch == 0)
    return shard::take_over(self);
  shard::mind_the_commit(self);
  shard::rules_of(state); // before anything is due by the old ones
  state.backlog->wake(state.here->now());
  sweep(self);
  shard::load_ahead(self);
  shard::commit(self);
  shard::advance(self);
  if (has_destinations(state))
    shard::set_alarm(self, state.here->now() + idle_destination);
}

std::uint64_t remove_found(shard_pointer self,
                           const std::vector<queue::id>& which) {
  auto& state = self->state;
  state.backlog->remove(which);
  auto& batch = state.line.gathering();
  for (const auto id : which) {
    batch.removed.push_back(id);
    if (state.loading)
      state.removed_while_loading.insert(id);
    batch.events.push_back(
      {state.here->now(), id, 0, queue::event::kind::deleted, {}, {}, {}});
  }
  shard::commit(self);
  return which.size();
}

/// Removes those that there are: held here, or by the database alone.
caf::result<std::uint64_t> remove(shard_pointer self,
                                  const std::vector<queue::id>& which) {
  auto& state = self->state;
  if (!shard::is_ours(state))
    return shard::not_ours();
  std::vector<queue::id> held;
  std::vector<queue::id> others;
  for (const auto id : which)
    (state.backlog->holds(id) ? held : others).push_back(id);
  if (others.empty() || state.loading) // what is read meanwhile is passed over
    return remove_found(self, which);
  auto asks = self->make_response_promise<std::uint64_t>();
  self
    ->request(state.services->reader.get(), caf::infinite, show_atom_v, others)
    .then(
      [self, held, asks](const local<std::vector<queue::stored>>& x) mutable {
        for (const auto& found : *x)
          held.push_back(found.what->id);
        asks.deliver(remove_found(self, held));
      },
      [asks](const caf::error& why) mutable { asks.deliver(why); });
  return asks;
}

} // namespace

rules_ptr shard::rules_of(shard_state& state) {
  if (state.here->in_force.refresh(state.rules)) {
    state.backlog->forget_answers();
    state.backlog->limit_bodies(state.rules->configuration.limits.queue_memory);
  }
  return state.rules;
}

shard_state::~shard_state() = default;

queue_shard_actor::behavior_type queue_shard(shard_pointer self, node* here,
                                             shard_services* services,
                                             std::string path) {
  self->join(here->tree, std::move(path), "queue-shard");
  auto& state = self->state;
  state.here = here;
  state.services = services;
  state.rules = here->in_force.get();
  state.backlog = std::make_unique<queue::backlog>(
    state.rules->configuration.limits.queue_memory);
  self->set_down_handler(
    [self](const caf::down_msg& msg) { on_down(self, msg); });
  self->set_exit_handler(
    [self](const caf::exit_msg& msg) { on_exit(self, msg); });
  services->healthy = true;
  services->shard.set(self);
  shard::take_over(self);
  return {
    [self](submit_atom, const local<const queue::arrival>& x) {
      auto waits = self->make_response_promise<outcome>();
      on_submit(self, *x, waits);
      return waits;
    },
    [self](settle_atom, const std::string& site,
           const local<const attempt_result>& x) {
      auto& to = self->state.destinations[site];
      to.last_used = self->state.here->now();
      shard::settle(self, *x);
    },
    [self](retry_atom, const std::vector<queue::id>& which) {
      return shard::hurry(self, which);
    },
    [self](remove_atom, const std::vector<queue::id>& which) {
      return remove(self, which);
    },
    [self](wake_atom, std::uint64_t generation) {
      if (generation == self->state.alarm)
        on_wake(self);
    },
  };
}

} // namespace stagepost
