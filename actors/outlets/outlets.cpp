#include "actors/outlets/outlets.hpp"

#include "actors/outlets/command_outlet.hpp"
#include "actors/outlets/http_outlet.hpp"

#include <caf/exit_reason.hpp>

#include <algorithm>
#include <utility>

namespace stagepost {

namespace {

/// Makes an outlet's actor; null for a type that needs none.
outlet_actor make(outlets_pointer self, const config::outlet& x) {
  auto& here = *self->state.here;
  const auto path = self->path() + '/' + x.name;
  if (x.type == config::outlet_type::http)
    return here.spawn_anywhere(http_outlet, &here, x.name, path);
  if (x.type == config::outlet_type::command)
    return here.spawn_anywhere(command_outlet, &here, x.name, path);
  return {};
}

/// Outlets that the rules do not know any more, or as another type, end what
/// they have begun.
void let_go(outlets_pointer self, const rules& by) {
  auto& running = self->state.running;
  for (auto i = running.begin(); i != running.end();) {
    const auto x = i++;
    const auto* settings = find_outlet(by, x->first);
    if (settings != nullptr && settings->type == x->second.type)
      continue;
    self->send_exit(x->second.who, caf::exit_reason::user_shutdown);
    if (settings != nullptr)
      running.erase(x); // its name is taken by the next one
  }
}

void on_down(outlets_pointer self, const caf::down_msg& msg) {
  auto& state = self->state;
  const auto is_it
    = [&msg](const auto& x) { return x.second.who.address() == msg.source; };
  const auto i
    = std::find_if(state.running.begin(), state.running.end(), is_it);
  if (i == state.running.end())
    return;
  if (!state.stopping && msg.reason
      && msg.reason != caf::exit_reason::user_shutdown)
    log::error(
      "outlet", "died",
      {{"outlet", i->first}, {"why", self->system().render(msg.reason)}});
  state.running.erase(i);
  if (state.stopping && state.running.empty())
    self->quit(state.why);
}

} // namespace

local<const outlet_verdicts> for_all(const outlet_job& job,
                                     const outlet::verdict& x) {
  return {std::make_shared<const outlet_verdicts>(job.recipients.size(), x)};
}

const config::outlet* find_outlet(const rules& by, const std::string& name) {
  const auto& all = by.configuration.outlets;
  const auto i = std::find_if(
    all.begin(), all.end(), [&name](const auto& x) { return x.name == name; });
  return i == all.end() ? nullptr : &*i;
}

outlet_actor::behavior_type outlets(outlets_pointer self,
                                    boost::asio::io_context* /*loop*/,
                                    node* here, std::string path) {
  self->join(here->tree, std::move(path), "outlets");
  self->state.here = here;
  here->outlets.set(self);
  self->set_down_handler(
    [self](const caf::down_msg& msg) { on_down(self, msg); });
  self->set_exit_handler([self](const caf::exit_msg& msg) {
    auto& state = self->state;
    if (std::exchange(state.stopping, true))
      return;
    state.why = msg.reason;
    if (state.running.empty())
      return self->quit(msg.reason);
    for (auto& [name, x] : state.running)
      self->send_exit(x.who, msg.reason);
  });
  return {
    [self](handover_atom, const local<const outlet_job>& job)
      -> caf::result<local<const outlet_verdicts>> {
      auto& state = self->state;
      const auto by = state.here->in_force.get();
      const auto* settings = find_outlet(*by, job->outlet);
      auto i = state.running.find(job->outlet);
      if (settings != nullptr && i != state.running.end()
          && i->second.type != settings->type) {
        let_go(self, *by);
        i = state.running.end();
      }
      if (settings != nullptr && i == state.running.end() && !state.stopping) {
        let_go(self, *by);
        if (auto made = make(self, *settings)) {
          self->monitor(made);
          i = state.running
                .insert({job->outlet, {settings->type, std::move(made)}})
                .first;
        }
      }
      if (settings == nullptr || i == state.running.end())
        return for_all(*job, {outlet::verdict::kind::failed,
                              {451, {4, 3, 2}, "Try again later"},
                              job->outlet,
                              "there is no such outlet any more"});
      return self->delegate(i->second.who, handover_atom_v, job);
    },
  };
}

} // namespace stagepost
