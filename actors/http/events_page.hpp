#pragma once

#include "actors/node.hpp"
#include "net/http.hpp"

namespace stagepost {

/// `GET /events?kind=delivered,failed&domain=&recipient=&id=`: server-sent
/// events of what becomes of mail from now on, as it is committed, each with
/// what `event_view` has; all, if nothing is asked for. A comment comes every
/// 15 seconds in which nothing else does. Who reads slower than events come is
/// let go after 1 MiB; 503 when 64 listen already.
net::http_response events_page(node& here, const net::http_request& x);

} // namespace stagepost
