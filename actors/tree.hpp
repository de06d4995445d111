#pragma once

#include "actors/node.hpp"
#include "actors/runtime/supervisor.hpp"

namespace stagepost {

/// Spawns the whole supervision tree of a node, below one root. Its branches
/// stop in the opposite order: first no new mail, then no deliveries, last the
/// journals that write down what became of them.
supervisor_actor plant(caf::actor_system& system, node& here);

} // namespace stagepost
