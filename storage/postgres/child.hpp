#pragma once

#include "storage/postgres/account.hpp"

#include <chrono>
#include <string>
#include <sys/types.h>
#include <vector>

namespace stagepost::storage::postgres {

/// A program to run: as whom, with what, and what becomes of its output.
struct program {
  std::vector<std::string> arguments; ///< The first is the path.
  account who;
  int output = -1; ///< Its standard output and error; -1 = nowhere.
  /// What it gets when the thread that forked it dies; 0 = nothing.
  int death_signal = 0;
};

/// Starts a program in a session of its own (so that Ctrl-C at our terminal
/// does not reach it), with a clean environment and no descriptor of ours.
/// @returns Its process id; the caller waits for it.
/// Throws std::runtime_error, also when it could not be executed.
pid_t start_program(const program& x);

/// Runs a program to its end.
/// @param output  Gets at most the first 64 KiB of what it wrote.
/// @returns Its status as waitpid has it.
int run_program(program x, std::string& output);

/// Waits until a child has ended and takes its status.
/// @returns false when it still runs at the end of `limit`.
bool wait_for_end(pid_t child, std::chrono::milliseconds limit, int& status);

/// "exit status 1", "signal 9 (Killed)".
std::string describe_status(int status);

/// The longest part of an absolute path, starting with the first that `who`
/// can't pass: empty when it can enter the whole.
std::string closed_part(const account& who, const std::string& path);

} // namespace stagepost::storage::postgres
