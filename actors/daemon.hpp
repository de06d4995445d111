#pragma once

#include "actors/runtime/log.hpp"

#include <string>

namespace stagepost {

/// What `stagepost run` was told on its command line.
struct run_options {
  std::string config_file;
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

} // namespace stagepost
