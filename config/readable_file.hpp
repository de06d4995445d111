#pragma once

#include "config/report.hpp"
#include "config/yaml_value.hpp"

#include <string>
#include <string_view>

namespace stagepost::config {

/// Reads the name of a file that is there and can be read; a relative one is
/// looked for in the folder of the file that names it.
/// @param wanted  For complaints: "a PEM file".
void read_readable_file(const yaml_value& x, std::string& out, report& r,
                        std::string_view wanted);

/// Such a file with certificates or keys.
void read_pem(const yaml_value& x, std::string& out, report& r);

} // namespace stagepost::config
