#pragma once

#include <string>
#include <sys/types.h>
#include <vector>

namespace stagepost::storage::postgres {

/// The processes of whatever server works in a data directory: those whose
/// program is `postgres` and whose working directory it is.
std::vector<pid_t> processes_in(const std::string& data_directory);

/// Clears away what a crash has left, so that a server can start: a
/// postmaster that outlived its daemon is shut down, backends that outlived
/// their postmaster are ended, `postmaster.pid` and the socket's lock go.
/// The caller holds the directory's lock.
/// Throws std::runtime_error when a process does not go.
void clear_remnants(const std::string& data_directory,
                    const std::string& socket_directory);

} // namespace stagepost::storage::postgres
