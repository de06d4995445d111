#pragma once

#include "config/report.hpp"
#include "config/yaml_value.hpp"

#include <string>
#include <vector>

namespace stagepost::config {

/// Reads a program with its arguments: a list, or one path. Complains about a
/// path that is not absolute, and about a file that can't be run.
void read_program(const yaml_value& x, std::vector<std::string>& out,
                  report& r);

} // namespace stagepost::config
