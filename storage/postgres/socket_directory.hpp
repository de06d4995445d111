#pragma once

#include "storage/postgres/account.hpp"

#include <string>
#include <vector>

namespace stagepost::storage::postgres {

/// Makes the folder of the server's socket: inside the data directory, or,
/// where that path is too long for a socket (107 octets), holds characters
/// that a list of folders can't, or other users connect, who can't enter it:
/// in /run, or else in /tmp.
/// @param daemon_users  Who else connects.
/// @returns Its path. Throws std::runtime_error.
std::string make_socket_directory(const std::string& data_directory,
                                  const account& server,
                                  const std::vector<std::string>& daemon_users);

/// Removes it, if it lies in /run or /tmp.
void remove_socket_directory(const std::string& path,
                             const std::string& data_directory);

} // namespace stagepost::storage::postgres
