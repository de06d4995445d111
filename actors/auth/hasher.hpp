#pragma once

#include "actors/node.hpp"
#include "actors/runtime/observed.hpp"

#include <cstddef>
#include <string>

namespace stagepost {

struct hasher_state {
  static inline const char* name = "hasher";
  std::string nobody; ///< The hash that is checked where there is none.
};

/// A HASHER of a node; to be spawned detached. A SCRAM verifier costs what the
/// hash of nobody does on top of its own, so that a user who has nothing else
/// answers no sooner than one who does not exist. Memory that can't be had is
/// an error to who asks.
/// @param slot  Its place among `node::hashers`.
hasher_actor::behavior_type hasher(pointer<hasher_actor, hasher_state> self,
                                   node* here, std::size_t slot,
                                   std::string path);

} // namespace stagepost
