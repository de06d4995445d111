#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <sys/types.h>
#include <vector>

namespace stagepost::storage {

/// A start that was given up because somebody asked for it. Nothing runs then.
struct start_given_up : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The private PostgreSQL of a node: made on first use, started, watched and
/// stopped by the daemon, never reachable over TCP.
///
/// All calls from the process's main thread, for the server is bound to die
/// with the thread that forked it (PR_SET_PDEATHSIG). All of them block; each
/// throws std::runtime_error with a sentence for the administrator: what is
/// wrong, where to look, what to do.
class cluster {
public:
  struct settings {
    std::string directory; ///< Made if absent: "<data_dir>/postgres".
    /// Who the server runs as when we are root; "" = `postgres`. Best the
    /// user that the daemon drops to: it can then start the server again.
    std::string user{};
    /// For the first answer. A server that recovers from a crash says so, and
    /// is waited for ten times as long: max_wal_size bounds its work.
    std::chrono::seconds start_limit{60};
    /// Other users that connect: the one that the daemon drops to, say.
    std::vector<std::string> daemon_users{};
    /// Asked some fifty times a second while `start` waits for a server: true
    /// ends the start with `start_given_up`. Empty: never.
    std::function<bool()> given_up{};
  };

  explicit cluster(settings s);
  ~cluster(); ///< Stops the server if it still runs.

  /// Makes the data directory if there is none, clears away what a crash has
  /// left (stale postmaster.pid, orphaned backends, a postmaster that outlived
  /// its daemon), starts the server, waits until it answers, makes the
  /// database `stagepost`. Holds `<directory>.lock` until `stop`.
  void start();

  /// Begins a fast shutdown; `reaped` tells when the server has ended.
  void ask_to_end();

  /// Fast shutdown; waits, and insists after a minute.
  void stop();

  /// The postmaster, 0 if it does not run. A SIGCHLD for it means: `reaped`.
  [[nodiscard]] pid_t pid() const noexcept;
  /// Takes the postmaster's death notice, if there is one.
  /// @returns true if it had died, with the reason in `why`.
  bool reaped(std::string& why);

  /// The libpq connection string of the database, valid after `start`.
  [[nodiscard]] std::string connection_string() const;

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace stagepost::storage
