#include "actors/queue/shard.hpp"

#include <caf/exit_reason.hpp>

#include <algorithm>
#include <utility>

namespace stagepost {

namespace {

using std::chrono::minutes;

/// A destination without work goes after this long, and its connections.
constexpr minutes idle_destination{2};

/// With many destinations it takes its time.
constexpr std::chrono::seconds sweep_interval{10};

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
  if (!state.stopping && !state.fenced) {
    if (msg.reason && msg.reason != caf::exit_reason::user_shutdown) {
      const auto why = self->system().render(msg.reason);
      state.here->tree.died(self->path() + '/' + key, why, false);
      log::warning("queue", "destination lost", {{"site", key}, {"why", why}});
    }
    state.backlog->lost(key);
    state.backlog->allow(key, shard::first_window);
    shard::mind_orders(self);
    return shard::advance(self);
  }
  shard::commit(self);
}

/// Lets a destination without work go. From here on there is another one for
/// its site: this one could end with a job that came after its exit message.
void retire(shard_pointer self, const std::string& key,
            destination_actor& who) {
  self->demonitor(who.address());
  self->send_exit(who, caf::exit_reason::user_shutdown);
  who = nullptr;
  self->state.backlog->allow(key, shard::first_window);
}

/// Stops what has had no work for long.
void sweep(shard_pointer self) {
  auto& state = self->state;
  const auto now = state.here->now();
  if (now < state.swept + sweep_interval)
    return;
  state.swept = now;
  for (auto& [key, x] : state.destinations)
    if (x.who && x.last_used + idle_destination <= now
        && !state.backlog->moves(key))
      retire(self, key, x.who);
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
  shard::mind_the_lease(self);
  shard::mind_the_commit(self);
  shard::rules_of(state); // before anything is due by the old ones
  state.backlog->wake(state.here->now());
  shard::mind_suspensions(self);
  shard::mind_reports(self);
  sweep(self);
  shard::load_ahead(self);
  shard::commit(self);
  shard::advance(self);
  if (has_destinations(state))
    shard::set_alarm(self, state.here->now() + idle_destination);
}

} // namespace

rules_ptr shard::rules_of(shard_state& state) {
  if (state.here->in_force.refresh(state.rules)) {
    state.backlog->forget_answers(state.here->now());
    const auto& now = state.rules->configuration;
    state.backlog->limit_bodies(now.limits.queue_memory);
    state.backlog->be_fair_by(now.delivery.fair_by);
  }
  return state.rules;
}

shard_state::~shard_state() {
  // After a crash our successor delivers what they have in hand: a timer of
  // theirs would keep them at it.
  for (auto& [key, x] : destinations)
    if (x.who)
      caf::anon_send_exit(x.who, caf::exit_reason::kill);
  // CAF does not tell who asked that nobody will answer: without this a client
  // would wait for minutes after a crash. Others who wait have a time limit.
  for (auto waits : line.withdraw())
    if (waits.pending())
      waits.deliver(outcome{not_stored()});
}

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
  state.backlog->be_fair_by(state.rules->configuration.delivery.fair_by);
  self->set_down_handler(
    [self](const caf::down_msg& msg) { on_down(self, msg); });
  self->set_exit_handler(
    [self](const caf::exit_msg& msg) { on_exit(self, msg); });
  services->healthy = !services->standby;
  for (auto* figure : {&services->messages, &services->waiting,
                       &services->delivering, &services->held_up})
    *figure = 0; // those of a predecessor
  services->shard.set(self);
  shard::take_over(self);
  return {
    [self](submit_atom, const local<const queue::arrival>& x) {
      auto waits = self->make_response_promise<outcome>();
      on_submit(self, *x, waits);
      return waits;
    },
    [self](record_atom, const local<const handed_over>& x) {
      auto waits = self->make_response_promise<bool>();
      shard::record(self, *x, waits);
      return waits;
    },
    [self](settle_atom, const std::string& site,
           const local<const attempt_result>& x) {
      auto& to = self->state.destinations[site];
      to.last_used = self->state.here->now();
      shard::settle(self, site, *x);
    },
    [self](order_atom, const local<const queue::order>& x) {
      return shard::carry_out(self, x);
    },
    [self](look_atom, const std::vector<queue::id>& which) {
      return make_local(self->state.backlog->look_at(which));
    },
    [self](sites_atom, const std::string& domain) {
      return make_local(self->state.backlog->look_at_sites(domain));
    },
    [self](wake_atom, std::uint64_t generation) {
      if (generation == self->state.alarm
          || (generation == 0 && self->state.epoch != 0))
        on_wake(self);
    },
  };
}

} // namespace stagepost
