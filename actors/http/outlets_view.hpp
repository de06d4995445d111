#pragma once

#include "actors/node.hpp"

#include <boost/json.hpp>

#include <iosfwd>

namespace stagepost {

// How http and command outlets do, by their names. Both read counters and ask
// nobody. An outlet that had no job yet is not there.

/// For /status/detail: verdicts, what is in line and at work, open connections,
/// and whether the platform is down, and since when.
boost::json::array outlets_view(const node& here);

/// For /metrics, in Prometheus' text format.
void append_outlets(std::ostream& out, const node& here);

} // namespace stagepost
