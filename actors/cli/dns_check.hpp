#pragma once

#include "config/configuration.hpp"

#include <string>
#include <vector>

namespace stagepost::cli {

/// What other servers will find wrong with how our mail leaves, one line each:
/// an address of `egress` without a PTR record or with another name than EHLO
/// says, a name without that address. Asks the servers of `dns`; takes as long
/// as they do. Throws std::runtime_error if they can't be asked at all.
std::vector<std::string> check_names(const config::configuration& x);

} // namespace stagepost::cli
