#pragma once

#include "config/changes.hpp"
#include "config/configuration.hpp"

namespace stagepost {

/// What a running daemon makes of a file that was read again.
struct rereading {
  config::configuration to_come; ///< What can't change is as it was.
  config::changes found;
};

/// @param running  The rules in force.
/// @param fresh    The file as it is now.
rereading reread(const config::configuration& running,
                 config::configuration fresh);

} // namespace stagepost
