#pragma once

#include "config/report.hpp"
#include "config/yaml_value.hpp"

#include <map>
#include <string>

namespace stagepost::config {

/// Puts the environment into every scalar of `x`, keys left alone: `${NAME}`
/// is the variable's value, `${NAME:-default}` that or, where it is not set or
/// empty, the default; `$${` is a plain `${`. What is put in is text: it is
/// not read as YAML, nor looked through for more variables. A variable that is
/// missing and a `${` that is none of these are problems.
void expand(yaml_value& x,
            const std::map<std::string, std::string>& environment, report& out);

} // namespace stagepost::config
