#pragma once

#include "actors/cli/explain_command.hpp"
#include "actors/cli/queue_commands.hpp"
#include "actors/cli/target.hpp"

namespace stagepost::cli {

/// What the commands of `queue` take.
struct queue_options {
  cli::queue_filter which;
  cli::queue_order order;
  cli::suspension_options pause;
};

/// What `stagepost explain` takes.
struct explain_options {
  explained_mail mail;
  std::string id;
};

/// Adds `queue` and its commands. What is given lives as long as `app`.
void add_queue(CLI::App& app, target& to, queue_options& to_change,
               std::string& id, int& status);
/// Adds `explain`.
void add_explain(CLI::App& app, target& to, explain_options& x, int& status);

} // namespace stagepost::cli
