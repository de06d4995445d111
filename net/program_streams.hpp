#pragma once

#include "net/descriptor.hpp"
#include "net/program.hpp"

namespace stagepost::net {

// What a program's standard input, output and errors are made of. All is closed
// on exec and none is 0 to 2, which become the child's own. Each throws
// std::system_error when the system has none.

struct pipe_ends {
  descriptor read;
  descriptor write;
};

/// A pipe that blocks at both ends.
pipe_ends make_pipe();

/// A pipe to read from without waiting.
pipe_ends make_output();

/// A pipe to write to without waiting.
pipe_ends make_conversation();

/// What is there from the start: a file in memory; the file that the content
/// lies in, opened anew and to be read only; or /dev/null.
descriptor make_input(const program& x);

/// Throws std::system_error by errno.
[[noreturn]] void refuse(const char* what);

} // namespace stagepost::net
