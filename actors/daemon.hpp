#pragma once

#include "actors/runtime/log.hpp"
#include "config/configuration.hpp"

#include <string>

namespace stagepost {

/// What `stagepost run` was told on its command line.
struct run_options {
  std::string config_file; ///< Read again on SIGHUP; "": there is none.
  log::format log_format = log::format::text;
  log::level log_level = log::level::info;
};

/// Runs a node until SIGINT or SIGTERM, in the foreground; a second such
/// signal ends it at once. Call it on the main thread, before any other is
/// started.
/// @returns The process's exit status, as sysexits.h has it: 78 for a wrong
///          configuration, 71 when the system refuses (a port, PostgreSQL), 70
///          when the supervision tree gave up.
int run_daemon(const run_options& options);

/// The same by a configuration that was read or made already. One without a
/// queue shard needs no database: it can't queue anything, and takes no
/// commands.
int run_daemon(const run_options& options, const config::configuration& by);

} // namespace stagepost
