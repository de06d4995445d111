#pragma once

#include "actors/cli/client.hpp"

#include <string>

namespace stagepost::cli {

// Each prints to standard output, errors to standard error, and returns the
// exit status: 0, 1 if the daemon refused, 69 if none answers.

int status(const client_options& to);
int actors(const client_options& to);
int restart_actor(const client_options& to, const std::string& path);

/// Reads a configuration and prints every problem; "ok" and 0 if there is
/// none, else 78. @param dns  Warns of `check_names`, too; that changes nothing
/// in the status, but for 75 if nobody can be asked.
int check(const std::string& file, bool dns);

/// Where the daemon of a configuration listens for commands.
std::string socket_of(const std::string& config_file);

} // namespace stagepost::cli
