#pragma once

#include "actors/runtime/observed.hpp"
#include "actors/runtime/restart_policy.hpp"
#include "messages/interfaces.hpp"

#include <caf/actor.hpp>

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace stagepost {

/// The SUPERVISOR: keeps its fixed children running, and dies with them.
using supervisor_actor = caf::typed_actor<
  // INTERNAL: starts the child in this slot again, its wait being over.
  caf::reacts_to<respawn_atom, std::uint32_t>,
  // INTERNAL: the child in this slot was told to stop long enough ago. The
  // number tells the stop it belongs to from earlier ones.
  caf::reacts_to<grace_atom, std::uint32_t, std::uint64_t>>;

struct supervisor_state;
using supervisor_pointer = pointer<supervisor_actor, supervisor_state>;

/// How to make one child; also the place where its own arguments live.
struct child_spec {
  std::string name; ///< Last part of its path in the tree.
  /// @param path  The child's place, for it to join the roster with.
  std::function<caf::actor(supervisor_pointer self, const std::string& path)>
    spawn;
  /// From the request to stop until the child is killed, and from there until
  /// it is given up as deaf.
  std::chrono::milliseconds grace{5'000};
};

struct supervisor_state {
  static inline const char* name = "supervisor";

  struct slot {
    child_spec spec;
    std::string path;
    restart_policy policy;
    caf::actor child; ///< The one strong handle that keeps the child alive.
    bool killed = false;
  };

  roster* tree = nullptr;
  std::vector<slot> slots;
  bool stopping = false;
  std::uint64_t stops = 0; ///< Generation of the grace timers.
  caf::error why;          ///< Our own exit reason, once no child is left.
};

/// Starts `children` in order, restarts with back-off those that die with an
/// error, and stops them in the opposite order, each within its grace time,
/// before it ends itself: when it is told to, or when one dies too often.
/// @param path  Its own place; its children's are below it.
supervisor_actor::behavior_type supervisor(supervisor_pointer self,
                                           roster* tree, std::string path,
                                           std::vector<child_spec> children,
                                           restart_policy::limits limits);

} // namespace stagepost
