#pragma once

#include "config/configuration.hpp"
#include "config/report.hpp"
#include "config/yaml_value.hpp"

namespace stagepost::config {

/// Checks what no section can see alone: that names are unique, that what is
/// named exists, that TLS has a certificate.
/// @param source  What `config` was read from, for the places.
void check(const configuration& config, const yaml_value& source, report& r);

} // namespace stagepost::config
