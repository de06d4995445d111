#pragma once

#include "config/report.hpp"
#include "config/yaml_value.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>

namespace stagepost::config {

/// Reads the name of a file that is there and can be read; a relative one is
/// looked for in the folder of the file that names it.
/// @param wanted  For complaints: "a PEM file".
/// @returns Whether that is so; if not, it has complained.
bool read_readable_file(const yaml_value& x, std::string& out, report& r,
                        std::string_view wanted);

/// Why a file's octets can't be had, in words.
struct file_fault {
  std::string why;
};

/// What a small file holds. Never waits for a FIFO, and throws nothing.
/// @param most  Octets.
std::variant<std::string, file_fault> octets_of(const std::string& path,
                                                std::size_t most);

/// Such a file with certificates or keys.
void read_pem(const yaml_value& x, std::string& out, report& r);

} // namespace stagepost::config
