#pragma once

#include "actors/node.hpp"
#include "actors/runtime/restart_policy.hpp"
#include "storage/cluster.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace stagepost {

/// Keeps the private PostgreSQL of a node running. Belongs to the main thread,
/// with which the server would die, and shows in the tree as
/// `storage/postgres`. It never gives up: without a database the node answers
/// 451, and takes mail again when there is one.
class postgres_keeper {
public:
  /// @param given_up  Asked while the server starts: true ends that.
  postgres_keeper(node& here, std::function<bool()> given_up);
  ~postgres_keeper();

  /// Its place in the tree.
  static constexpr std::string_view place = "storage/postgres";

  /// Has the keeper of a node shut the server down and start it again. Any
  /// thread; the main thread is woken for it.
  static void ask_restart(node& here);

  /// Starts the server; throws std::runtime_error when that can't be done,
  /// storage::start_given_up when nobody wants it any more.
  /// @returns The connection string.
  std::string start();
  void stop();

  /// Looks after the server, after SIGCHLD and every second: one that has died
  /// is started again, at once for the first time, then with back-off.
  void attend(std::chrono::steady_clock::time_point now);

  /// Is it dead, and about to be started again?
  [[nodiscard]] bool restarts() const noexcept {
    return restart_at_.has_value();
  }

private:
  void end_unwanted();

  node& here_;
  storage::cluster cluster_;
  actor_record record_;
  restart_policy policy_;
  std::optional<std::chrono::steady_clock::time_point> restart_at_;
  bool asked_ = false; ///< The end of the server that runs.
};

} // namespace stagepost
