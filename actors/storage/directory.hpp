#pragma once

#include "actors/node.hpp"
#include "actors/runtime/observed.hpp"
#include "actors/runtime/restart_policy.hpp"
#include "storage/directory.hpp"

#include <chrono>
#include <limits>
#include <memory>
#include <string>

namespace stagepost {

struct directory_state {
  static inline const char* name = "directory";

  /// How long to leave a database alone that could not be reached.
  static constexpr restart_policy::limits patience{
    std::chrono::milliseconds(100), std::chrono::seconds(5),
    std::chrono::seconds(60), std::numeric_limits<std::size_t>::max()};

  /// How long what another daemon has changed may stay unseen.
  static constexpr std::chrono::seconds look_every{5};

  node* here = nullptr;
  std::unique_ptr<storage::directory> connection; ///< Opened when needed.
  restart_policy waits{patience};
  restart_policy::clock::time_point not_before; ///< The next try to connect.
  std::string trouble; ///< Why there is no database; "" if there is one.
  restart_policy::clock::time_point next_look; ///< At the domains.
};

/// The DIRECTORY of a node; to be spawned detached. A database that can't be
/// reached is an error to who asks, at once while it was tried just before: it
/// is tried again after 100 ms, and twice as long each time, up to 5 s. Where a
/// route asks which domains are local, it tells by `node::domains`.
directory_actor::behavior_type
directory(pointer<directory_actor, directory_state> self, node* here,
          std::string path);

/// Reads which domains are here before rules come into force that ask for them
/// where those in force do not. Waits for the database; what fails there is
/// left to the actor.
void foresee_domains(node& here, const rules& in_force,
                     const config::configuration& to_come);

} // namespace stagepost
