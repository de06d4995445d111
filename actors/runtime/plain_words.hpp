#pragma once

#include <caf/actor_system_config.hpp>

namespace stagepost {

/// Has the actor system render CAF's own errors in plain words, as they reach
/// the log and the tree: "the actor was killed" rather than `exit(kill)`, and
/// what an exception said by itself.
void add_plain_words(caf::actor_system_config& to);

} // namespace stagepost
