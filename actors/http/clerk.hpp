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
/// `GET /queue?domain=&recipient=&sender=&state=&older=SECONDS&limit=&after=ID`
/// (with `totals=0` without counting all), `GET /queue/ID`, `GET /domains` and
/// `GET /mailboxes?domain=`.
http_actor::behavior_type clerk(pointer<http_actor, clerk_state> self,
                                node* here, std::string path);

} // namespace stagepost
