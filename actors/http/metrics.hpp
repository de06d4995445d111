#pragma once

#include "actors/node.hpp"

#include <string>

namespace stagepost {

/// Prometheus' text format, version 0.0.4. Reads counters, and asks nobody: it
/// works also when an actor hangs.
std::string metrics_view(const node& here);

} // namespace stagepost
