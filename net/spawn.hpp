#pragma once

#include "net/descriptor.hpp"
#include "net/program.hpp"

#include <string>
#include <sys/types.h>

namespace stagepost::net {

/// A child process, and the parent's ends of its pipes, which do not block.
struct child {
  pid_t id = -1;
  descriptor handle{}; ///< Its pidfd; readable when it has ended.
  descriptor input{};  ///< Of one that is talked with.
  descriptor output{};
  descriptor errors{};
  std::string why{}; ///< If it could not be started, why.
};

/// Makes the process; whoever calls waits for it by its `handle`.
/// @param talks  Its standard input is a pipe instead of what `x` has.
[[nodiscard]] child spawn(const program& x, bool talks = false);

} // namespace stagepost::net
