#pragma once

#include <string>

namespace stagepost {

struct node;

/// Takes what the configuration file says now, as far as that is possible
/// without a restart; nothing of it if there is anything wrong with it. Says in
/// the log what came of it.
void read_again(node& here, const std::string& file);

} // namespace stagepost
