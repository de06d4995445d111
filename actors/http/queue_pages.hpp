#pragma once

#include "actors/http/answer.hpp"
#include "actors/node.hpp"
#include "mail/queue/backlog.hpp"

#include <boost/json.hpp>

#include <vector>

namespace stagepost {

// What an administrator sees of the queue. The first two read the database and
// block, and throw storage::database_error: they are the CLERK's.

/// `{"messages": [{"id", "sender", "octets", "received", "expires",
/// "circumstances", "recipients": [{"number", "address", "original", "state",
/// "attempts", "next", "last_reply"}]}], "totals": {…}}`
boost::json::object queue_page(const node& here, const http_target& asked);

/// One message likewise, with `"in_queue"` and `"events"`; empty if neither the
/// queue nor its log knows it.
boost::json::object message_page(const node& here, queue::id id);

/// Adds to a message's recipients what their shard has seen of them: `"now"`
/// (waiting, resolving, ready, delivering, suspended), `"site"`, `"suspended"`
/// (by what).
void add_sights(boost::json::object& message,
                const std::vector<queue::recipient_sight>& x);

} // namespace stagepost
