#pragma once

#include <string>
#include <string_view>

namespace stagepost::storage {

/// Octets as a text column takes them: whatever is not UTF-8 (RFC 3629:
/// overlong forms, surrogates, past U+10FFFF, cut off), and each NUL, becomes
/// U+FFFD; what is well formed stays as it is.
/// @param out  Gets the text appended.
void append_database_text(std::string& out, std::string_view octets);

std::string to_database_text(std::string_view octets);

} // namespace stagepost::storage
