#include "actors/queue/destination.hpp"

#include "actors/queue/delivery_worker.hpp"

#include <caf/exit_reason.hpp>
#include <caf/send.hpp>

#include <algorithm>
#include <utility>

namespace stagepost {

namespace {

using job_ptr = local<const delivery_job>;

/// Once told to stop, transactions under way have so long to come to an end;
/// the shard's supervisor waits twice as long.
constexpr std::chrono::seconds stop_limit{10};
constexpr std::uint64_t tick_rate = 0;
constexpr std::uint64_t tick_stop = 1;

void tell_shard(destination_pointer self,
                const local<const attempt_result>& x) {
  auto& state = self->state;
  if (auto shard = state.shard.lock())
    self->send(caf::actor_cast<queue_shard_actor>(shard), settle_atom_v,
               state.where.key, x);
}

void give(destination_pointer self, destination_state::connection& to,
          job_ptr job) {
  to.job = job;
  self->send(to.who, deliver_atom_v, std::move(job));
}

/// An idle connection, or a new one where one more is allowed.
destination_state::connection* connection_for_next(destination_pointer self) {
  auto& state = self->state;
  for (auto& [number, x] : state.workers)
    if (!x.job)
      return &x;
  const auto most = state.where.connections;
  if (most != 0 && state.workers.size() >= most)
    return nullptr;
  const auto number = ++state.last_worker;
  auto& x = state.workers[number];
  x.who = state.here->spawn_anywhere(
    delivery_worker, state.here, state.where,
    caf::actor_cast<destination_actor>(self->ctrl()), number,
    self->path() + "/worker-" + std::to_string(number));
  self->monitor(x.who);
  return &x;
}

/// Lets the rate pass one message; if it may not go yet, sees that we are
/// woken when it may.
bool rate_allows(destination_pointer self) {
  auto& state = self->state;
  if (state.where.rate == 0)
    return true;
  const auto now = self->clock().now();
  if (now < state.next_allowed) {
    if (!std::exchange(state.ticking, true))
      self->delayed_send(self, state.next_allowed - now, tick_atom_v,
                         tick_rate);
    return false;
  }
  state.next_allowed
    = std::max(state.next_allowed, now)
      + std::chrono::nanoseconds(std::chrono::seconds(1)) / state.where.rate;
  return true;
}

void work(destination_pointer self) {
  auto& state = self->state;
  while (!state.waiting.empty() && !state.stopping) {
    auto* to = connection_for_next(self);
    if (to == nullptr || !rate_allows(self))
      return;
    auto job = std::move(state.waiting.front());
    state.waiting.pop_front();
    give(self, *to, std::move(job));
  }
}

void quit_if_done(destination_pointer self) {
  if (self->state.stopping && self->state.workers.empty())
    self->quit(caf::exit_reason::user_shutdown);
}

/// Nobody answers at this site: what waits for it need not try one by one.
void fail_waiting(destination_pointer self, const attempt_result& like) {
  auto& state = self->state;
  for (const auto& job : std::exchange(state.waiting, {})) {
    attempt_result x;
    x.job = job->number;
    x.replies.assign(job->recipients.size(), like.replies.back());
    tell_shard(self, make_local<const attempt_result>(std::move(x)));
  }
}

void on_ready(destination_pointer self, std::uint64_t number,
              const local<const attempt_result>& x, bool usable) {
  auto& state = self->state;
  tell_shard(self, x);
  const auto i = state.workers.find(number);
  if (i == state.workers.end())
    return;
  i->second.job = {};
  const bool others_work = state.workers.size() > 1;
  if (!usable) {
    self->demonitor(i->second.who.address());
    state.workers.erase(i); // it ends by itself
    if (x->relay.empty() && !others_work && !x->replies.empty())
      fail_waiting(self, *x);
  } else if (state.stopping) {
    self->send(i->second.who, rest_atom_v);
    self->demonitor(i->second.who.address());
    state.workers.erase(i);
  }
  work(self);
  quit_if_done(self);
}

/// A worker that ended without a word: crashed in the middle of a job, or its
/// idle connection was closed by the peer.
void on_down(destination_pointer self, const caf::down_msg& msg) {
  auto& state = self->state;
  auto i
    = std::find_if(state.workers.begin(), state.workers.end(), [&](auto& x) {
        return x.second.who.address() == msg.source;
      });
  if (i == state.workers.end())
    return;
  if (const auto job = i->second.job; job && !msg.reason) {
    state.waiting.push_front(job); // it had closed before the job came
  } else if (job) {
    attempt_result x;
    x.job = job->number;
    x.replies.assign(
      job->recipients.size(),
      {451,
       {4, 3, 0},
       "The delivery worker failed: " + self->system().render(msg.reason)});
    tell_shard(self, make_local<const attempt_result>(std::move(x)));
  }
  state.workers.erase(i);
  work(self);
  quit_if_done(self);
}

void on_exit(destination_pointer self, const caf::exit_msg&) {
  auto& state = self->state;
  state.stopping = true;
  state.waiting.clear(); // the shard and its database still have them
  for (auto i = state.workers.begin(); i != state.workers.end();) {
    if (i->second.job) {
      ++i;
      continue;
    }
    self->send(i->second.who, rest_atom_v);
    self->demonitor(i->second.who.address());
    i = state.workers.erase(i);
  }
  if (!state.workers.empty())
    self->delayed_send(self, stop_limit, tick_atom_v, tick_stop);
  quit_if_done(self);
}

/// A server hangs: its message stays queued, and is tried again after the next
/// start. It may have taken it already; that is the price of not waiting.
void on_stop_limit(destination_pointer self) {
  for (auto& [number, x] : self->state.workers) {
    log::warning("delivery", "left unfinished",
                 {{"id", to_string(x.job->what->id)}, {"site", self->path()}});
    self->demonitor(x.who.address());
    self->send_exit(x.who, caf::exit_reason::kill);
  }
  self->state.workers.clear();
  quit_if_done(self);
}

} // namespace

destination_actor::behavior_type destination(destination_pointer self,
                                             node* here, site where,
                                             queue_shard_actor shard,
                                             std::string path) {
  self->join(here->tree, std::move(path), "destination");
  self->state.here = here;
  self->state.where = std::move(where);
  self->state.shard = caf::actor_cast<caf::weak_actor_ptr>(shard);
  self->set_down_handler(
    [self](const caf::down_msg& msg) { on_down(self, msg); });
  self->set_exit_handler(
    [self](const caf::exit_msg& msg) { on_exit(self, msg); });
  return {
    [self](deliver_atom, const local<const delivery_job>& job) {
      if (self->state.stopping)
        return;
      self->state.waiting.push_back(job);
      work(self);
    },
    [self](caf::update_atom, const local<const site>& x) {
      self->state.where = *x;
      work(self); // there may be more connections now
    },
    [self](ready_atom, std::uint64_t number,
           const local<const attempt_result>& x,
           bool usable) { on_ready(self, number, x, usable); },
    [self](tick_atom, std::uint64_t what) {
      if (what == tick_stop)
        return on_stop_limit(self);
      self->state.ticking = false;
      work(self);
    },
  };
}

} // namespace stagepost
