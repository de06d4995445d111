#pragma once

#include <string>

namespace stagepost::cli {

/// Writes a private key into a file that is not there yet, so that it is on
/// disk, for one user's eyes only (mode 0600). The file's folder is made if it
/// is missing, for that user too (mode 0700).
/// @param user  Whose both become; "" = they are ours.
/// @returns Why that did not succeed; "" if it did. What was begun is gone.
std::string write_new_key(const std::string& path, const std::string& pem,
                          const std::string& user);

} // namespace stagepost::cli
