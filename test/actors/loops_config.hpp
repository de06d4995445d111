#pragma once

#include "actors/message_types.hpp"
#include "actors/runtime/loop_scheduler.hpp"
#include "messages/interfaces.hpp"

#include <caf/actor_system_config.hpp>

namespace stagepost::test {

/// An actor system whose actors run on three loops, as the daemon's do.
struct loops_config : caf::actor_system_config {
  loops_config() {
    add_messages(*this);
    module_factories.push_back(loop_scheduler::make);
    set("scheduler.max-threads", std::size_t{3});
  }
};

} // namespace stagepost::test
