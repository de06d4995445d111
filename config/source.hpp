#pragma once

#include "config/report.hpp"
#include "config/yaml_value.hpp"

#include <map>
#include <string>

namespace stagepost::config {

/// Reads a file and, through `include`, what it asks for: one file or a list
/// of them, named relative to the file that names them. Included files come
/// first, in their order, and what comes later is laid on top: mappings merge,
/// lists are appended, other values are replaced. Variables are filled in.
///
/// Limits: 1 MiB a file, 100 files, 10 levels; a file that includes itself is
/// a problem. Every problem goes to `out`; what could be read is returned.
/// @returns A map, `include` taken out of it.
yaml_value read_source(const std::string& path,
                       const std::map<std::string, std::string>& environment,
                       report& out);

/// Where a path leads that stands at `at`: relative ones start in the folder of
/// the file they stand in.
std::string resolve(const std::string& path, place at, const report& files);

} // namespace stagepost::config
