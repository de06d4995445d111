#pragma once

#include <chrono>

namespace stagepost {

/// What the daemon is told by signals. They are blocked on every thread, and
/// the main thread takes one after the other.
namespace signals {

/// Call before any other thread is started. SIGPIPE is ignored from here on.
void block();

/// Waits for the next one: SIGINT, SIGTERM, SIGHUP, SIGCHLD, SIGUSR1 (which
/// the daemon sends to itself). @returns 0 when none comes within `limit`.
int next(std::chrono::milliseconds limit);

/// Does one wait that says that the daemon, or its tree, is at its end?
/// Leaves it where it is.
bool end_waits();

} // namespace signals

} // namespace stagepost
