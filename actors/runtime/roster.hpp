#pragma once

#include <caf/actor_control_block.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace stagepost {

/// What is counted of one live actor. Written by the actor's own thread, read
/// by anyone.
struct actor_record {
  std::string path; ///< Place in the tree: "smtp/mx/192.0.2.1:4711".
  const char* kind = "";
  std::chrono::system_clock::time_point started;
  caf::weak_actor_ptr who;
  std::atomic<std::uint64_t> received{0}; ///< Messages put into its mailbox.
  std::atomic<std::uint64_t> handled{0};  ///< Messages it has dealt with.
  std::atomic<std::uint64_t> busy_ns{
    0}; ///< Time on a loop, or CPU if detached.

private:
  friend class roster;
  actor_record* previous_ = nullptr;
  actor_record* next_ = nullptr;
};

/// All live actors, and what is remembered of places where actors died: what
/// the stats endpoint shows as the supervision tree. Any thread may use it.
class roster {
public:
  /// The past of one place in the tree, kept when its actor dies.
  struct history {
    std::uint64_t restarts = 0;
    std::string last_error;
    std::chrono::system_clock::time_point last_death;
    bool waiting = false; ///< Dead now, to be started again.
  };

  /// A reading of one actor, or of a place whose actor waits for its restart.
  struct reading {
    std::string path;
    std::string kind;
    std::string state; ///< "running", "restarting"
    std::chrono::system_clock::time_point started;
    history past;
    std::uint64_t handled = 0;
    std::uint64_t waiting = 0; ///< Messages in its mailbox.
    std::chrono::nanoseconds busy{0};
  };

  roster();
  ~roster();

  void join(actor_record& x);
  void leave(actor_record& x);

  /// A supervisor's notes on the places of its children.
  void died(const std::string& path, const std::string& why, bool restarts);
  void restarted(const std::string& path);

  /// Everything, sorted by path. @param limit  Actors at most.
  [[nodiscard]] std::vector<reading> read(std::size_t limit) const;

  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] std::uint64_t restarts() const;

  /// The actor at a place, if one lives there.
  [[nodiscard]] caf::strong_actor_ptr find(std::string_view path) const;

private:
  mutable std::mutex mutex_;
  actor_record ends_; ///< Head of the ring of records.
  std::size_t size_ = 0;
  std::map<std::string, history, std::less<>> places_;
};

} // namespace stagepost
