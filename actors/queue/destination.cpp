#include "actors/queue/destination.hpp"

#include "actors/queue/delivery_worker.hpp"

#include <caf/exit_reason.hpp>
#include <caf/send.hpp>

#include <algorithm>
#include <utility>

namespace stagepost {

namespace {

using queue::attempt;
using task = destination_state::task;

/// A job may meet with so many connections that are turned away while others
/// work, before that counts as an attempt.
constexpr unsigned most_refusals = 3;

/// Once told to stop, transactions under way have so long to come to an end;
/// the shard's supervisor waits twice as long.
constexpr std::chrono::seconds stop_limit{10};
constexpr std::uint64_t tick_rate = 0;
constexpr std::uint64_t tick_stop = 1;

void tell_shard(destination_pointer self, attempt_result x) {
  auto& state = self->state;
  // Twice the connections, so that one that ends finds its next job here.
  x.window = state.pace.allowed() * 2;
  if (auto shard = state.shard.lock())
    self->send(caf::actor_cast<queue_shard_actor>(shard), settle_atom_v,
               state.where.key, make_local<const attempt_result>(std::move(x)));
}

/// Ends a job without a word from the server.
void end_job(destination_pointer self, const delivery_job& job,
             const smtp::reply& why, attempt how) {
  attempt_result x;
  x.job = job.number;
  x.how = how;
  x.replies.assign(job.recipients.size(), why);
  tell_shard(self, std::move(x));
}

void give(destination_pointer self, destination_state::connection& to,
          task what) {
  to.has = std::move(what);
  to.ways = to.has.job->ways;
  self->send(to.who, deliver_atom_v, to.has.job);
}

worker_actor make_worker(destination_pointer self, std::uint64_t number) {
  auto& state = self->state;
  const auto path = self->path() + "/worker-" + std::to_string(number);
  const auto parent = caf::actor_cast<destination_actor>(self->ctrl());
  if (state.here->make_worker)
    return state.here->make_worker(state.where, parent, number, path);
  return state.here->spawn_anywhere(delivery_worker, state.here, state.where,
                                    parent, number, path);
}

/// An idle connection that leaves as the next job does, or a new one where one
/// more is allowed, or an idle one, which its worker then makes anew.
destination_state::connection* connection_for_next(destination_pointer self) {
  auto& state = self->state;
  const auto& ways = state.waiting.front().job->ways;
  destination_state::connection* idle = nullptr;
  for (auto& [number, x] : state.workers)
    if (!x.has.job) {
      if (x.ways == ways)
        return &x;
      idle = &x;
    }
  if (state.workers.size() >= state.pace.allowed())
    return idle;
  const auto number = ++state.last_worker;
  auto& x = state.workers[number];
  x.who = make_worker(self, number);
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
      + std::chrono::nanoseconds(std::chrono::seconds(state.where.shares))
          / state.where.rate;
  return true;
}

void work(destination_pointer self) {
  auto& state = self->state;
  while (!state.waiting.empty() && !state.stopping
         && state.here->may_deliver(state.waiting.front().job->what->id,
                                    self->clock().now())) {
    auto* to = connection_for_next(self);
    if (to == nullptr || !rate_allows(self))
      return;
    auto next = std::move(state.waiting.front());
    state.waiting.pop_front();
    give(self, *to, std::move(next));
  }
}

void quit_if_done(destination_pointer self) {
  if (self->state.stopping && self->state.workers.empty())
    self->quit(caf::exit_reason::user_shutdown);
}

void end_waiting(destination_pointer self, const smtp::reply& why,
                 attempt how) {
  for (const auto& x : std::exchange(self->state.waiting, {}))
    end_job(self, *x.job, why, how);
}

/// A worker that we need no more: it ends by itself or is told to.
void forget(destination_pointer self,
            std::map<std::uint64_t, destination_state::connection>::iterator i,
            bool tell) {
  if (tell)
    self->send(i->second.who, rest_atom_v);
  self->demonitor(i->second.who.address());
  self->state.workers.erase(i);
}

/// No connection came about for a job. If others work, the server has enough of
/// them, and the job waits for one; else the site is down, for what waits too.
void on_unreached(destination_pointer self, task what,
                  const attempt_result& x) {
  auto& state = self->state;
  const auto others = static_cast<std::uint32_t>(state.workers.size());
  const auto& why = x.replies.front();
  auto end = x;
  if (why.permanent()) { // as no attempt will change it
    end.how = attempt::aside;
    if (others == 0 && x.relay.empty())
      end_waiting(self, why, attempt::aside);
    return tell_shard(self, std::move(end));
  }
  state.pace.refused(others);
  if (others == 0) {
    tell_shard(self, std::move(end));
    return end_waiting(self, why, attempt::none);
  }
  if (++what.refusals < most_refusals)
    return state.waiting.push_front(std::move(what));
  end.how = attempt::aside;
  tell_shard(self, std::move(end));
}

void on_answered(destination_pointer self, const attempt_result& x,
                 std::uint32_t busy) {
  auto& state = self->state;
  const bool closing
    = std::any_of(x.replies.begin(), x.replies.end(),
                  [](const auto& reply) { return reply.code == 421; });
  if (!closing)
    state.pace.succeeded(busy);
  else if (state.workers.size() > 1)
    state.pace.refused(static_cast<std::uint32_t>(state.workers.size()) - 1);
  tell_shard(self, x);
}

void on_ready(destination_pointer self, std::uint64_t number,
              const attempt_result& x, bool usable) {
  auto& state = self->state;
  const auto i = state.workers.find(number);
  if (i == state.workers.end())
    return tell_shard(self, x);
  const auto busy = std::count_if(
    state.workers.begin(), state.workers.end(),
    [](const auto& y) { return static_cast<bool>(y.second.has.job); });
  auto had = std::exchange(i->second.has, {});
  // Where no address of ours could be used the site had no part in it.
  const bool reached
    = x.how != attempt::unreached || x.no_way || x.replies.empty();
  if (x.no_way) {
    auto end = x;
    end.how = attempt::aside;
    tell_shard(self, std::move(end));
  } else if (reached) {
    on_answered(self, x, static_cast<std::uint32_t>(busy));
  }
  if (!usable || state.stopping || state.workers.size() > state.pace.allowed())
    forget(self, i, usable);
  if (!reached)
    on_unreached(self, std::move(had), x);
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
  if (auto& had = i->second.has; had.job && !msg.reason) {
    state.waiting.push_front(had); // it had closed before the job came
  } else if (had.job) {
    end_job(
      self, *had.job,
      {451,
       {4, 3, 0},
       "The delivery worker failed: " + self->system().render(msg.reason)},
      attempt::aside);
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
    const auto idle = i++;
    if (!idle->second.has.job)
      forget(self, idle, true);
  }
  if (!state.workers.empty())
    self->delayed_send(self, stop_limit, tick_atom_v, tick_stop);
  quit_if_done(self);
}

/// A server hangs: its message stays queued, and is tried again after the next
/// start. It may have taken it already; that is the price of not waiting.
void on_stop_limit(destination_pointer self) {
  for (auto& [number, x] : self->state.workers) {
    log::warning(
      "delivery", "left unfinished",
      {{"id", to_string(x.has.job->what->id)}, {"site", self->path()}});
    self->demonitor(x.who.address());
    self->send_exit(x.who, caf::exit_reason::kill);
  }
  self->state.workers.clear();
  quit_if_done(self);
}

} // namespace

destination_state::~destination_state() {
  for (auto& [number, x] : workers)
    if (x.who)
      caf::anon_send_exit(x.who, caf::exit_reason::kill);
}

destination_actor::behavior_type destination(destination_pointer self,
                                             node* here, site where,
                                             queue_shard_actor shard,
                                             std::string path) {
  self->join(here->tree, std::move(path), "destination");
  self->state.here = here;
  self->state.where = std::move(where);
  self->state.pace.limit(self->state.where.connections);
  self->state.shard = caf::actor_cast<caf::weak_actor_ptr>(shard);
  self->set_down_handler(
    [self](const caf::down_msg& msg) { on_down(self, msg); });
  self->set_exit_handler(
    [self](const caf::exit_msg& msg) { on_exit(self, msg); });
  return {
    [self](deliver_atom, const local<const delivery_job>& job) {
      if (self->state.stopping)
        return;
      self->state.waiting.push_back({job, 0});
      work(self);
    },
    [self](caf::update_atom, const local<const site>& x) {
      self->state.where = *x;
      self->state.pace.limit(x->connections);
      work(self); // there may be more connections now
    },
    [self](ready_atom, std::uint64_t number,
           const local<const attempt_result>& x,
           bool usable) { on_ready(self, number, *x, usable); },
    [self](tick_atom, std::uint64_t what) {
      if (what == tick_stop)
        return on_stop_limit(self);
      self->state.ticking = false;
      work(self);
    },
  };
}

} // namespace stagepost
