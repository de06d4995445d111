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
  descriptor output{};
  descriptor errors{};
  std::string why{}; ///< If it could not be started, why.
};

/// Makes the process; whoever calls waits for it by its `handle`.
[[nodiscard]] child spawn(const program& x);

} // namespace stagepost::net
