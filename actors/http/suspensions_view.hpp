#pragma once

#include "actors/node.hpp"

#include <boost/json.hpp>

namespace stagepost {

/// Is this suspended in any shard?
[[nodiscard]] bool is_suspended(const node& here, const queue::suspension& x);

/// `{"suspensions": [{"what", "name", "reason", "since", "until"}]}`; `until`
/// is null for what somebody has to end. Each once, though each shard keeps it.
[[nodiscard]] boost::json::object suspensions_view(const node& here);

} // namespace stagepost
