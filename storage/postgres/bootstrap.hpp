#pragma once

#include <string>

namespace stagepost::storage::postgres {

/// A libpq connection string for the server with its socket in a folder.
std::string connection_string(const std::string& socket_directory,
                              const std::string& role,
                              const std::string& database);

/// How far a server has come.
enum class readiness {
  silent,     ///< It does not answer.
  recovering, ///< It answers that it starts, or recovers from a crash.
  ready,
};

/// Tries to connect.
readiness ask(const std::string& socket_directory);

/// Makes the role `stagepost`, without special rights, and its database
/// `stagepost`, if they are not there. Throws std::runtime_error.
void make_database(const std::string& socket_directory);

} // namespace stagepost::storage::postgres
