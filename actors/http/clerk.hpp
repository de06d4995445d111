#pragma once

#include "actors/node.hpp"
#include "actors/runtime/observed.hpp"
#include "net/http.hpp"

#include <string>

namespace stagepost {

struct clerk_state {
  static inline const char* name = "clerk";
};

/// The CLERK: reads the queue and the directory for people, who must not wait
/// in the line of those who deliver and sign in. To be spawned detached.
///
/// `GET /queue?domain=&sender=&state=&older=SECONDS&limit=`,
/// `GET /queue/ID`, `GET /domains` and `GET /mailboxes?domain=`.
http_actor::behavior_type clerk(pointer<http_actor, clerk_state> self,
                                node* here, std::string path);

} // namespace stagepost
