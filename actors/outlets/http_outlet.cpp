#include "actors/outlets/http_outlet.hpp"

#include "actors/outlets/outlets.hpp"
#include "actors/outlets/uploader.hpp"
#include "mail/outlet/refusals.hpp"

#include <caf/exit_reason.hpp>
#include <caf/sec.hpp>
#include <caf/send.hpp>

#include <algorithm>
#include <utility>

namespace stagepost {

namespace {

using breaker_change = outlet::circuit_breaker::change;

constexpr std::chrono::seconds tick_interval{1};
constexpr std::chrono::seconds longest_idle{30};
/// Of what is under way when it stops; less than the supervisor's.
constexpr std::chrono::seconds stop_grace{8};

void answer(http_outlet_state& state, http_outlet_state::promise& to,
            local<const outlet_verdicts> x) {
  for (const auto& one : *x)
    state.figures->count(one);
  to.deliver(std::move(x));
}

void answer_line(http_outlet_state& state, const outlet::verdict& x) {
  for (auto& waiting : std::exchange(state.line, {}))
    answer(state, waiting.answer, for_all(*waiting.it, x));
  state.figures->waiting = 0;
}

uploader_actor make_uploader(http_outlet_pointer self, std::uint64_t number) {
  auto& state = self->state;
  const auto path = self->path() + "/uploader-" + std::to_string(number);
  if (state.here->make_uploader)
    return state.here->make_uploader(state.outlet, path);
  return state.here->spawn_anywhere(uploader, state.here, state.outlet, path);
}

/// One that has nothing to do, with its number.
std::pair<std::uint64_t, uploader_actor>
take_uploader(http_outlet_pointer self) {
  auto& state = self->state;
  if (!state.idle.empty()) {
    auto last = std::move(state.idle.back());
    state.idle.pop_back();
    return {last.number, std::move(last.who)};
  }
  const auto number = ++state.uploaders;
  auto made = make_uploader(self, number);
  self->monitor(made);
  return {number, std::move(made)};
}

void go_on(http_outlet_pointer self);

void on_opened(http_outlet_pointer self, const upload& x) {
  auto& state = self->state;
  state.figures->down = true;
  state.figures->since = state.here->now();
  log::warning("outlet", "platform is down",
               {{"outlet", state.outlet},
                {"why", x.verdicts.empty() ? "" : x.verdicts.back().detail}});
  answer_line(state, outlet::platform_is_down(state.outlet));
}

void on_closed(http_outlet_state& state) {
  const auto now = state.here->now();
  const auto for_s = std::chrono::duration_cast<std::chrono::seconds>(
                       now - state.figures->since.load())
                       .count();
  state.figures->down = false;
  state.figures->since = now;
  log::info("outlet", "platform is up again",
            {{"outlet", state.outlet}, {"after_s", for_s}});
}

void learn(http_outlet_pointer self, const upload& x, bool probe) {
  auto& state = self->state;
  auto what = breaker_change::none;
  if (x.platform == upload::sign::alive)
    what = state.breaker.answered();
  else if (x.platform == upload::sign::down)
    what = state.breaker.failed(self->clock().now(), probe);
  else
    state.breaker.unasked(probe);
  if (what == breaker_change::opened)
    on_opened(self, x);
  else if (what == breaker_change::closed)
    on_closed(state);
}

void on_uploaded(http_outlet_pointer self, std::uint64_t number,
                 const local<const upload>& x) {
  auto& state = self->state;
  auto node = state.busy.extract(number);
  if (!node)
    return;
  auto& [who, job, probe] = node.mapped();
  state.idle.push_back({number, std::move(who), self->clock().now()});
  answer(state, job.answer,
         {std::shared_ptr<const outlet_verdicts>(x.it, &x->verdicts)});
  learn(self, *x, probe);
  go_on(self);
}

/// It died, and may have done anything.
void on_broken_off(http_outlet_pointer self, std::uint64_t number) {
  auto& state = self->state;
  auto node = state.busy.extract(number);
  if (!node)
    return;
  auto& [who, job, probe] = node.mapped();
  answer(state, job.answer, for_all(*job.it, outlet::broken_off(state.outlet)));
  learn(self, {}, probe);
  go_on(self);
}

/// Requests that were taken are not answered when who took them dies.
void on_down(http_outlet_pointer self, const caf::actor_addr& who) {
  auto& state = self->state;
  std::erase_if(state.idle,
                [&who](const auto& x) { return x.who.address() == who; });
  const auto i
    = std::find_if(state.busy.begin(), state.busy.end(), [&who](const auto& x) {
        return x.second.who.address() == who;
      });
  if (i != state.busy.end())
    on_broken_off(self, i->first);
}

void start(http_outlet_pointer self, http_outlet_state::waiting_job job) {
  auto& state = self->state;
  auto [number, who] = take_uploader(self);
  // Without a limit here: it answers by the job's deadline, and its death is
  // told at once.
  self->request(who, caf::infinite, deliver_atom_v, job.it)
    .then([self, n = number](
            const local<const upload>& x) { on_uploaded(self, n, x); },
          [self, n = number](const caf::error&) { on_broken_off(self, n); });
  state.busy.emplace(
    number, http_outlet_state::busy_uploader{std::move(who), std::move(job),
                                             state.breaker.probing()});
}

/// The first in line that can still be served, if a worker is free.
void start_next(http_outlet_pointer self, std::uint32_t workers) {
  auto& state = self->state;
  while (!state.line.empty() && state.busy.size() < workers) {
    auto next = std::move(state.line.front());
    state.line.pop_front();
    const auto now = self->clock().now();
    if (next.it->deadline <= now)
      answer(state, next.answer,
             for_all(*next.it, outlet::no_worker_in_time(state.outlet)));
    else if (!state.breaker.may_go(now))
      answer(state, next.answer,
             for_all(*next.it, outlet::platform_is_down(state.outlet)));
    else
      start(self, std::move(next));
  }
}

void tick_later(http_outlet_pointer self) {
  auto& state = self->state;
  if (!state.ticking && !(state.line.empty() && state.idle.empty())) {
    state.ticking = true;
    self->delayed_send(self, tick_interval, tick_atom_v);
  }
}

void let_idle_go(http_outlet_pointer self,
                 http_outlet_state::time_point before) {
  auto& idle = self->state.idle;
  // Those used last are at the end, so the oldest are at the beginning.
  const auto end = std::find_if(idle.begin(), idle.end(),
                                [before](auto& x) { return x.since > before; });
  for (auto i = idle.begin(); i != end; ++i)
    self->send_exit(i->who, caf::exit_reason::user_shutdown);
  idle.erase(idle.begin(), end);
}

void go_on(http_outlet_pointer self) {
  auto& state = self->state;
  const auto rules = state.here->in_force.get();
  const auto* settings = find_outlet(*rules, state.outlet);
  if (!state.stopping && settings != nullptr)
    start_next(self, settings->workers);
  else if (settings == nullptr) // taken out of the file
    answer_line(state, outlet::is_closing(state.outlet));
  state.figures->waiting = state.line.size();
  state.figures->working = state.busy.size();
  if (state.stopping) {
    let_idle_go(self, http_outlet_state::time_point::max());
    if (state.busy.empty())
      self->quit(state.why);
    return;
  }
  tick_later(self);
}

/// Those whose clients have gone need no worker any more.
void drop_late(http_outlet_pointer self) {
  auto& state = self->state;
  const auto now = self->clock().now();
  std::erase_if(state.line, [&](auto& x) {
    if (x.it->deadline > now)
      return false;
    answer(state, x.answer,
           for_all(*x.it, outlet::no_worker_in_time(state.outlet)));
    return true;
  });
}

void take(http_outlet_pointer self, const local<const outlet_job>& job,
          http_outlet_state::promise to) {
  auto& state = self->state;
  const auto rules = state.here->in_force.get();
  const auto* settings = find_outlet(*rules, state.outlet);
  const auto refuse
    = [&](const outlet::verdict& x) { answer(state, to, for_all(*job, x)); };
  if (state.stopping || settings == nullptr)
    return refuse(outlet::is_closing(state.outlet));
  if (state.breaker.turns_away(self->clock().now()))
    return refuse(outlet::platform_is_down(state.outlet));
  if (state.busy.size() >= settings->workers
      && state.line.size() >= settings->waiting)
    return refuse(outlet::line_is_full(state.outlet));
  state.line.push_back({job, std::move(to)});
  go_on(self);
}

void stop(http_outlet_pointer self, const caf::error& why) {
  auto& state = self->state;
  if (std::exchange(state.stopping, true))
    return;
  state.why = why;
  answer_line(state, outlet::is_closing(state.outlet));
  self->delayed_send(self, stop_grace, grace_atom_v);
  go_on(self);
}

} // namespace

http_outlet_state::~http_outlet_state() {
  // CAF does not tell who asked that nobody will answer.
  const auto give_up = [](promise& x) {
    if (x.pending())
      x.deliver(
        caf::make_error(caf::sec::runtime_error, "the http outlet crashed"));
  };
  for (auto& [number, x] : busy) {
    give_up(x.job.answer);
    caf::anon_send_exit(x.who, caf::exit_reason::kill);
  }
  for (auto& x : line)
    give_up(x.answer);
  for (const auto& x : idle)
    caf::anon_send_exit(x.who, caf::exit_reason::kill);
  if (figures) {
    figures->waiting = 0;
    figures->working = 0;
  }
}

http_outlet_actor::behavior_type http_outlet(http_outlet_pointer self,
                                             boost::asio::io_context* /*loop*/,
                                             node* here, std::string outlet,
                                             std::string path) {
  self->join(here->tree, std::move(path), "http-outlet");
  auto& state = self->state;
  state.here = here;
  state.figures = here->board.of(outlet);
  state.outlet = std::move(outlet);
  // A breaker that is made anew is closed.
  if (state.figures->down.exchange(false))
    state.figures->since = here->now();
  self->set_down_handler(
    [self](const caf::down_msg& x) { on_down(self, x.source); });
  self->set_exit_handler(
    [self](const caf::exit_msg& x) { stop(self, x.reason); });
  return {
    [self](handover_atom, const local<const outlet_job>& job)
      -> caf::result<local<const outlet_verdicts>> {
      auto to = self->make_response_promise<local<const outlet_verdicts>>();
      take(self, job, to);
      return to;
    },
    [self](tick_atom) {
      self->state.ticking = false;
      drop_late(self);
      let_idle_go(self, self->clock().now() - longest_idle);
      go_on(self);
    },
    [self](grace_atom) {
      for (const auto& [number, x] : self->state.busy)
        self->send_exit(x.who, caf::exit_reason::kill);
    },
  };
}

} // namespace stagepost
