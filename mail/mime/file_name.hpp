#pragma once

#include <string>
#include <string_view>

namespace stagepost::mime {

/// A file's name as a message has it, made one that can be used: without the
/// folders before it, control characters and marks that turn the direction of
/// writing; at most 255 octets, the end with its extension stays. "" if nothing
/// is left, or only dots.
/// @param name  UTF-8.
[[nodiscard]] std::string safe_file_name(std::string_view name);

} // namespace stagepost::mime
