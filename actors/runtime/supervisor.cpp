#include "actors/runtime/supervisor.hpp"

#include <caf/exit_reason.hpp>
#include <caf/send.hpp>

#include <algorithm>
#include <utility>

namespace stagepost {

namespace {

void start(supervisor_pointer self, supervisor_state::slot& x) {
  x.killed = false;
  x.child = x.spec.spawn(self, x.path);
  self->monitor(x.child); // a child already dead answers with its DOWN at once
}

/// Stops the youngest child that still runs, or quits when none is left.
void stop_next(supervisor_pointer self) {
  auto& state = self->state;
  auto last = std::find_if(state.slots.rbegin(), state.slots.rend(),
                           [](auto& x) { return static_cast<bool>(x.child); });
  if (last == state.slots.rend())
    return self->quit(state.why);
  const auto index
    = static_cast<std::uint32_t>(std::distance(last, state.slots.rend()) - 1);
  self->send_exit(last->child, caf::exit_reason::user_shutdown);
  self->delayed_send(self, last->spec.grace, grace_atom_v, index,
                     ++state.stops);
}

void stop(supervisor_pointer self, const caf::error& why) {
  if (std::exchange(self->state.stopping, true))
    return;
  self->state.why = why;
  stop_next(self);
}

void on_down(supervisor_pointer self, const caf::down_msg& msg) {
  auto& state = self->state;
  auto i = std::find_if(state.slots.begin(), state.slots.end(), [&](auto& x) {
    return x.child && x.child.address() == msg.source;
  });
  if (i == state.slots.end())
    return;
  i->child = nullptr; // the handle goes first: a dead child must not linger
  if (state.stopping)
    return stop_next(self);
  if (!msg.reason)
    return; // it finished its work; nothing to restart
  const auto why = self->system().render(msg.reason);
  const auto wait = i->policy.died(self->clock().now());
  state.tree->died(i->path, why, wait.has_value());
  if (!wait) {
    log::error("supervisor", "gives up",
               {{"path", i->path}, {"why", "it dies too often: " + why}});
    return stop(self, msg.reason); // let our own supervisor decide
  }
  log::warning("supervisor", "restarts",
               {{"path", i->path}, {"in_ms", wait->count()}, {"why", why}});
  const auto index = static_cast<std::uint32_t>(i - state.slots.begin());
  self->delayed_send(self, *wait, respawn_atom_v, index);
}

/// A child that does not stop is killed; one that can't even be killed, for it
/// never gets back to its mailbox, is left behind, so that the others can be
/// stopped in order. The process ends without it.
void on_grace(supervisor_pointer self, std::uint32_t index,
              std::uint64_t generation) {
  auto& state = self->state;
  if (generation != state.stops || index >= state.slots.size())
    return;
  auto& slot = state.slots[index];
  if (!slot.child)
    return;
  if (!std::exchange(slot.killed, true)) {
    log::warning("supervisor", "kills", {{"path", slot.path}});
    self->send_exit(slot.child, caf::exit_reason::kill);
    self->delayed_send(self, slot.spec.grace, grace_atom_v, index,
                       ++state.stops);
    return;
  }
  log::error("supervisor", "leaves behind", {{"path", slot.path}});
  self->demonitor(slot.child.address());
  slot.child = nullptr;
  stop_next(self);
}

} // namespace

supervisor_actor::behavior_type supervisor(supervisor_pointer self,
                                           roster* tree, std::string path,
                                           std::vector<child_spec> children,
                                           restart_policy::limits limits) {
  self->join(*tree, path.empty() ? "root" : path, "supervisor");
  self->state.tree = tree;
  self->set_down_handler(
    [self](const caf::down_msg& msg) { on_down(self, msg); });
  self->set_exit_handler([self](const caf::exit_msg& msg) {
    stop(self, msg.reason); // `kill` never gets here: CAF quits us itself
  });
  const auto below = path.empty() ? path : path + '/';
  for (auto& spec : children) {
    auto place = below + spec.name;
    self->state.slots.push_back(
      {std::move(spec), std::move(place), restart_policy{limits}, {}, false});
  }
  for (auto& slot : self->state.slots)
    start(self, slot);
  return {
    [self](respawn_atom, std::uint32_t index) {
      auto& state = self->state;
      if (state.stopping || index >= state.slots.size())
        return;
      state.tree->restarted(state.slots[index].path);
      start(self, state.slots[index]);
    },
    [self](grace_atom, std::uint32_t index, std::uint64_t generation) {
      on_grace(self, index, generation);
    },
  };
}

} // namespace stagepost
