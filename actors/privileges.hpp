#pragma once

#include <string>
#include <vector>

namespace stagepost {

/// Becomes a user for good, once what needs root is done. Does nothing when
/// the process runs as that user already.
/// @param owned  Folders and files that the user gets first, if they exist.
/// Throws std::runtime_error, with the next step, when there is no such user
/// or the process may not change.
void become(const std::string& user, const std::vector<std::string>& owned);

} // namespace stagepost
