#pragma once

#include "config/configuration.hpp"
#include "config/report.hpp"
#include "config/yaml_value.hpp"

namespace stagepost::config {

/// Checks that the pools, listeners and users that `egress` names are there.
/// @param source  What `config` was read from, for the places.
void check_egress(const configuration& config, const yaml_value& source,
                  report& r);

} // namespace stagepost::config
