#include "actors/outlets/command_outlet.hpp"

#include "actors/outlets/outlets.hpp"

#include <caf/sec.hpp>
#include <caf/send.hpp>

#include <utility>

namespace stagepost {

namespace {

using errand = command_outlet_state::errand;
using answer = local<const outlet_verdicts>;

answer refuse(const outlet_job& job, smtp::reply reply, const char* detail) {
  return for_all(
    job, {outlet::verdict::kind::failed, std::move(reply), job.outlet, detail});
}

answer too_late(const outlet_job& job) {
  return refuse(job, {451, {4, 4, 7}, "It takes too long, try again later"},
                "it was not begun in time");
}

answer no_room(const outlet_job& job) {
  return refuse(job, {451, {4, 3, 2}, "Too busy, try again later"},
                "the line before the outlet is full");
}

answer closing(const outlet_job& job) {
  return refuse(job, {451, {4, 3, 2}, "Try again later"},
                "the outlet is being ended");
}

/// By the rules in force; nullptr if the outlet is of another type now.
const config::outlet* settings_of(const command_outlet_state& state,
                                  const rules& by) {
  const auto* out = find_outlet(by, state.outlet);
  return out != nullptr && out->type == config::outlet_type::command ? out
                                                                     : nullptr;
}

void start(command_pointer self, const config::outlet& x, const rules& by,
           std::uint64_t number, errand what) {
  auto& state = self->state;
  const auto job = what.job.it;
  state.running.emplace(number, std::move(what));
  const auto time = job->deadline - self->clock().now();
  if (x.command.keep_alive)
    state.pool->start(number, x, by, job, time);
  else
    state.runs->start(number, x, by, job, time);
}

/// Rings when the first of those who wait can't wait any longer.
void set_clock(command_pointer self) {
  auto& state = self->state;
  const auto next = state.line.earliest();
  if (!next || (state.rings && *state.rings <= *next))
    return;
  state.rings = next;
  self->delayed_send(self, *next - self->clock().now(), tick_atom_v);
}

void let_late_ones_go(command_pointer self) {
  auto& state = self->state;
  for (const auto number : state.line.expired(self->clock().now())) {
    auto late = state.waiting.extract(number);
    late.mapped().asks.deliver(too_late(*late.mapped().job));
  }
}

void refuse_all_who_wait(command_pointer self) {
  auto& state = self->state;
  while (state.line.next()) {
  }
  for (auto& [number, x] : std::exchange(state.waiting, {}))
    x.asks.deliver(closing(*x.job));
}

void end_when_idle(command_pointer self) {
  auto& state = self->state;
  if (!state.stopping || !state.running.empty())
    return;
  state.pool->retire();
  if (state.pool->size() == 0)
    self->quit(state.why);
}

void stop(command_pointer self, caf::error why) {
  auto& state = self->state;
  if (std::exchange(state.stopping, true))
    return;
  state.why = std::move(why);
  refuse_all_who_wait(self);
  end_when_idle(self);
}

void start_next(command_pointer self) {
  auto& state = self->state;
  let_late_ones_go(self);
  const auto by = state.here->in_force.get();
  const auto* x = settings_of(state, *by);
  if (x == nullptr) // taken out of the file
    return stop(self, caf::exit_reason::user_shutdown);
  while (state.running.size() < x->workers) {
    const auto number = state.line.next();
    if (!number)
      return;
    auto next = state.waiting.extract(*number);
    start(self, *x, *by, *number, std::move(next.mapped()));
  }
}

caf::result<answer> take(command_pointer self,
                         const local<const outlet_job>& job) {
  auto& state = self->state;
  const auto by = state.here->in_force.get();
  const auto* x = settings_of(state, *by);
  if (x == nullptr) // the OUTLETS make another for the next job
    stop(self, caf::exit_reason::user_shutdown);
  if (state.stopping)
    return closing(*job);
  if (job->deadline <= self->clock().now())
    return too_late(*job);
  const bool waits = state.running.size() >= x->workers;
  if (waits && state.waiting.size() >= x->waiting)
    return no_room(*job);
  errand what{job, self->make_response_promise<answer>()};
  auto asks = what.asks;
  const auto number = ++state.last_number;
  if (!waits) {
    start(self, *x, *by, number, std::move(what));
    return asks;
  }
  state.waiting.emplace(number, std::move(what));
  state.line.join(number, job->deadline);
  set_clock(self);
  return asks;
}

void on_verdict(command_pointer self, std::uint64_t number,
                const outlet::verdict& verdict) {
  auto& state = self->state;
  auto over = state.running.extract(number);
  if (over.empty())
    return;
  over.mapped().asks.deliver(for_all(*over.mapped().job, verdict));
  start_next(self);
  end_when_idle(self);
}

/// Programs end outside of messages, and the actor may be gone by then.
template <class... Ts>
void pass(const caf::weak_actor_ptr& to, Ts... xs) {
  if (auto strong = to.lock())
    caf::anon_send(caf::actor_cast<command_actor>(std::move(strong)),
                   std::move(xs)...);
}

} // namespace

command_outlet_state::~command_outlet_state() {
  for (auto* all : {&waiting, &running})
    for (auto& [number, x] : *all)
      if (x.asks.pending())
        x.asks.deliver(caf::make_error(caf::sec::runtime_error,
                                       "the command outlet crashed"));
}

command_actor::behavior_type command_outlet(command_pointer self,
                                            boost::asio::io_context* loop,
                                            node* here, std::string name,
                                            std::string path) {
  self->join(here->tree, std::move(path), "command-outlet");
  auto& state = self->state;
  state.here = here;
  state.outlet = std::move(name);
  const auto told = [who = caf::weak_actor_ptr{self->ctrl()}](
                      std::uint64_t number, outlet::verdict x) {
    pass(who, ready_atom_v, number,
         make_local<const outlet::verdict>(std::move(x)));
  };
  state.runs = std::make_unique<program_runs>(*loop, told);
  state.pool = std::make_unique<program_pool>(
    *loop, told,
    [who = caf::weak_actor_ptr{self->ctrl()}] { pass(who, tick_atom_v); });
  self->set_exit_handler(
    [self](const caf::exit_msg& msg) { stop(self, msg.reason); });
  return {
    [self](handover_atom, const local<const outlet_job>& job) {
      return take(self, job);
    },
    [self](ready_atom, std::uint64_t number,
           const local<const outlet::verdict>& x) {
      on_verdict(self, number, *x);
    },
    [self](tick_atom) {
      self->state.rings.reset();
      start_next(self);
      set_clock(self);
      end_when_idle(self);
    },
  };
}

} // namespace stagepost
