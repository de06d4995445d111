#pragma once

#include "actors/cli/client.hpp"

#include <string>
#include <vector>

namespace stagepost::cli {

/// Which messages `queue list`, `retry` and `delete` are about.
struct queue_filter {
  std::vector<std::string> ids;
  std::string domain;
  std::string sender;
  std::string state;
  std::string older; ///< "2h"
  bool all = false;  ///< For `retry` and `delete`: without ids or filter.

  [[nodiscard]] bool names_none() const {
    return ids.empty() && domain.empty() && sender.empty() && state.empty()
           && older.empty();
  }
};

// Each prints to standard output, errors to standard error, and returns the
// exit status: 0, 1 if the daemon refused, 69 if none answers.

int status(const client_options& to);
int actors(const client_options& to);
int restart_actor(const client_options& to, const std::string& path);
int queue_list(const client_options& to, const queue_filter& which);
int queue_show(const client_options& to, const std::string& id);
int queue_retry(const client_options& to, const queue_filter& which);
int queue_delete(const client_options& to, const queue_filter& which);

/// Reads a configuration and prints every problem; "ok" and 0 if there is
/// none, else 78.
int check(const std::string& file);

/// Where the daemon of a configuration listens for commands.
std::string socket_of(const std::string& config_file);

} // namespace stagepost::cli
