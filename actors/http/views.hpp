#pragma once

#include "actors/node.hpp"

#include <boost/json.hpp>

#include <string>

namespace stagepost {

/// What the status endpoint shows. Each reads counters and the roster, and
/// asks nobody: it works also when an actor hangs.

/// Why this node takes no mail; empty when it does.
/// @param now  Shards whose leases have run out by then do not count. min():
///             leases are not looked at.
std::string trouble_of(const node& here, lease_clock::time_point now
                                         = lease_clock::time_point::min());

/// The node that has the queue, where no shard of it is this daemon's; else "".
std::string stands_by_for(const node& here);

std::int64_t uptime_of(const node& here); ///< In seconds.
boost::json::object status_view(const node& here);
/// With ports, limits, shards, database; see also `look_at_destinations`.
boost::json::object detail_view(const node& here);
/// The supervision tree: every actor with its counters, sorted by path.
boost::json::array actors_view(const node& here);

} // namespace stagepost
