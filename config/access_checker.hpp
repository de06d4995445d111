#pragma once

#include "config/configuration.hpp"
#include "config/report.hpp"
#include "config/yaml_value.hpp"

namespace stagepost::config {

/// Checks that what a listener asks of its clients can be done there: logging
/// in, TLS, client certificates; and that LMTP stays off SMTP's port.
/// @param source  The item that `x` was read from, for the places.
void check_access(const listener& x, const configuration& config,
                  const yaml_value& source, report& r);

} // namespace stagepost::config
