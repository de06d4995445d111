#pragma once

#include "mail/content.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace stagepost::net {

/// A program to run, without a shell. It gets a process group of its own, the
/// signals as a fresh process has them, no descriptor but three, and our
/// working directory.
struct program {
  /// The arguments, without NUL. The first one is the file; without a slash in
  /// it, it is looked for in our PATH.
  std::vector<std::string> run;
  /// All of its environment; PATH comes from ours unless it is here.
  std::map<std::string, std::string> environment{};
  /// What it can read from its standard input, which is a file in memory; "":
  /// /dev/null.
  std::string input{};
  /// Or a message, if there is one: that in a file is read from there, and no
  /// copy is made.
  content_ptr body{};
  /// Octets that are kept of its standard output, the last ones, and as many of
  /// its errors; what came before is dropped.
  std::size_t output_limit = 64U * 1024U;
  /// Then it is ended, with its group; 0: it may run for ever.
  std::chrono::steady_clock::duration time_limit = std::chrono::seconds{60};
  /// From SIGTERM until SIGKILL; 0: SIGKILL at once.
  std::chrono::steady_clock::duration grace{0};

  struct identity {
    uid_t user;
    gid_t group; ///< The only one.
  };
  std::optional<identity> as{}; ///< It takes root to become somebody else.

  struct resource_limit {
    int what;           ///< RLIMIT_AS and so on: see setrlimit(2).
    std::uint64_t most; ///< Soft and hard.
  };
  std::vector<resource_limit> limits{};
};

/// How it ended.
struct program_end {
  enum class kind {
    exited, ///< `code` is its exit status.
    killed, ///< `code` is the signal.
    timed_out,
    not_started ///< `why` says why not.
  };
  kind how = kind::not_started;
  int code = 0;
  std::string why{}; ///< For people; never has anything of the environment.
  std::string output{};
  std::string errors{};
};

/// A program that runs. Letting go kills it and its group, and `done` does not
/// come. The loop must outlive it.
class running_program {
public:
  class impl;
  explicit running_program(std::shared_ptr<impl> x);
  ~running_program();
  running_program(const running_program&) = delete;
  running_program& operator=(const running_program&) = delete;

  /// Writes to the standard input of one that is talked with, and says
  /// `drained` when all of it is there; until then nothing more may be said. To
  /// who does not listen any more nothing is said, and `drained` does not come.
  void say(std::string octets);

  /// Closes its standard input: a program that is talked with hears the end.
  void hang_up();

  /// Asks it and its group to end, by SIGTERM and SIGKILL as its `grace` has
  /// it; `done` comes as always.
  void end();

private:
  std::shared_ptr<impl> impl_;
};

/// Starts a program. `done` comes once on the loop's thread, never from within
/// the call. When the program has ended, what is left of its group is killed,
/// and what nobody has read of its output by then is all that is read of it.
///
/// Waits by a pidfd for this one process: children of others are not touched,
/// and SIGCHLD is not needed. The calling thread waits until the program has
/// been loaded. Linux 5.11.
[[nodiscard]] std::unique_ptr<running_program>
start_program(boost::asio::io_context& loop, const program& x,
              std::function<void(program_end)> done);

/// What is heard of a program that one talks with. Both come on the loop's
/// thread and never from within `say`; they may let go of the program.
struct program_ears {
  std::function<void(std::string_view)> heard; ///< Its standard output.
  std::function<void()> drained;
};

/// Starts a program to talk with: its standard input is a pipe, and what it
/// says is heard as it comes instead of being kept for `done`. SIGPIPE must be
/// ignored.
[[nodiscard]] std::unique_ptr<running_program>
talk_with(boost::asio::io_context& loop, const program& x, program_ears ears,
          std::function<void(program_end)> done);

} // namespace stagepost::net
