#pragma once

#include "actors/node.hpp"

#include <boost/json.hpp>

#include <functional>
#include <string>

namespace stagepost {

/// Asks the shards how their sites do: that of a domain, or all if it is "".
/// Calls `then`, at the latest after a second, with `[{"site", "shard",
/// "state": "up"|"down"|"suspended", "waiting", "delivering", "window",
/// "connections", "since", "next_probe", "why", "suspended"}]`: those with most
/// waiting first, at most 1,000. A shard that does not answer shows none.
void look_at_destinations(http_actor::pointer self, const node& here,
                          const std::string& domain,
                          std::function<void(boost::json::array)> then);

} // namespace stagepost
