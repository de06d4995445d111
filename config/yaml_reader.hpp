#pragma once

#include "config/report.hpp"
#include "config/yaml_value.hpp"

#include <cstddef>
#include <optional>
#include <string>

namespace stagepost::config {

/// Reads one YAML document. What YAML has beyond lists, mappings and text is
/// limited: 100,000 values in all, those of resolved anchors among them; keys
/// are plain text and stand once; tags and second documents are problems.
/// @param text  The octets of the file.
/// @param file  Its number in `out`.
/// @returns The document, `empty` for an empty one; nothing if it is not YAML,
///          which is noted as a problem that leaves the file unread.
std::optional<yaml_value> read_yaml(const std::string& text, std::size_t file,
                                    report& out);

} // namespace stagepost::config
