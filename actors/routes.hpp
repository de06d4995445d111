#pragma once

#include "actors/node.hpp"
#include "config/routing.hpp"

namespace stagepost {

/// Where a recipient's mail goes: by the rules, and by what the directory had
/// when it was read last.
config::decision decide(const node& here, const rules& by,
                        config::route_facts facts);

} // namespace stagepost
