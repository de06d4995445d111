#pragma once

#include "actors/http/control.hpp"

namespace stagepost {

/// `GET /explain?from=&to=&client=&listener=&user=`: what `explain` says, and
/// what the daemon knows besides: what is suspended, and of the next hops what
/// the DNS says now (`"dns"`, `"next_hops"` with `"addresses"`).
void explain_live(pointer<http_actor, control_state> self,
                  const net::http_request& x,
                  const local<const net::http_responder>& done);

} // namespace stagepost
