#pragma once

#include <caf/actor_system_config.hpp>

namespace stagepost {

/// Makes all that our actors say to each other known to an actor system, and
/// the errors among it readable. In a function of its own, as it is what takes
/// the compiler longest.
void add_messages(caf::actor_system_config& to);

} // namespace stagepost
