#pragma once

#include "mail/error.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace stagepost {

/// How much more the machine can take.
enum class load_level {
  fine,
  scarce,   ///< No new message: 452 4.3.1 at MAIL.
  exhausted ///< No new client: 421 4.3.2 at the door.
};
const char* name_of(load_level x) noexcept;

/// What is left of a file system for who is not root.
struct disk_room {
  std::uint64_t octets = 0;
  /// Files that can still be made; the largest number where that has no limit.
  std::uint64_t files = 0;
};

/// Of the file system that a folder is on; fails as statvfs(2) does.
result<disk_room> room_on_disk(const std::string& folder);

/// Turns mail away before the machine's memory or disk runs out, while what is
/// under way still comes to its end. Any thread.
///
/// Memory is what sessions hold of mail that is coming in; each says how much
/// in a `share`. From 3/4 of the limit on it is scarce, from 19/20 exhausted,
/// and no share grows beyond the whole. The disk is scarce under the limit,
/// with fewer than 1,000 files left to make, and when the system does not say;
/// it is exhausted under half the limit.
class load_guard {
public:
  using time_point = std::chrono::steady_clock::time_point;
  using disk_question = std::function<result<disk_room>()>;

  struct limits {
    std::uint64_t content_memory = 0; ///< Octets; 0 = no limit.
    std::uint64_t free_disk = 0;      ///< Octets; 0 = no limit, nothing asked.
  };

  /// @param disk  What is asked for the room on disk; it may block for as long
  ///              as the disk does.
  load_guard(limits x, disk_question disk)
    : content_memory_(x.content_memory), least_disk_(x.free_disk),
      disk_(std::move(disk)) {
  }

  /// From now on these; of the disk with the next look. What is held already
  /// stays granted.
  void limit(const limits& x) noexcept {
    content_memory_ = x.content_memory;
    least_disk_ = x.free_disk;
  }

  /// A level that is new, for the log.
  struct change {
    load_level from;
    load_level to;
    std::string why; ///< "81 MiB free on disk, limit 256 MiB"; "" when fine.
  };

  /// Looks at the disk, at most once a second, and says when the level is a
  /// new one: a worse one at once, a better one when it has lasted for ten
  /// seconds, so that a load at the edge is no flood in the log. To be called
  /// often, by a thread that may wait for the disk; none but it does.
  std::optional<change> observe(time_point now);

  /// The level now: a few loads from memory.
  [[nodiscard]] load_level level() const noexcept;

  /// Octets that all shares hold.
  [[nodiscard]] std::uint64_t held() const noexcept {
    return held_.load(std::memory_order_relaxed);
  }
  /// As of the last look; nothing before the first and when nothing is asked.
  [[nodiscard]] std::uint64_t free_disk() const noexcept {
    return free_disk_.load(std::memory_order_relaxed);
  }

  /// What one session holds; given back when it goes, at the latest. Belongs
  /// to one thread at a time, and must not outlive the guard.
  class share {
  public:
    share() = default; ///< Belongs to no guard and is always granted.
    explicit share(load_guard& of) : of_(&of) {
    }
    share(share&& x) noexcept
      : of_(std::exchange(x.of_, nullptr)), held_(std::exchange(x.held_, 0)) {
    }
    share& operator=(share&& x) noexcept {
      std::swap(of_, x.of_);
      std::swap(held_, x.held_);
      return *this;
    }
    ~share() {
      resize(0);
    }

    /// Holds this many octets from now on, more or fewer.
    /// @returns false if that is more than there are: it stays as it was, and
    ///          this message is answered 452 4.3.1. Less is always granted.
    bool resize(std::uint64_t octets) noexcept;
    [[nodiscard]] std::uint64_t held() const noexcept {
      return held_;
    }

  private:
    load_guard* of_ = nullptr;
    std::uint64_t held_ = 0;
  };

private:
  [[nodiscard]] load_level memory_level() const noexcept;
  void look_at_disk();
  [[nodiscard]] std::string in_words() const;

  std::atomic<std::uint64_t> content_memory_;
  std::atomic<std::uint64_t> least_disk_;
  disk_question disk_;
  std::atomic<std::uint64_t> held_{0};
  std::atomic<std::uint64_t> free_disk_{0};
  std::atomic<load_level> disk_level_{load_level::fine};
  std::mutex observing_; ///< Guards what follows.
  std::string disk_words_;
  time_point next_look_;
  load_level told_ = load_level::fine;
  std::optional<time_point> better_since_;
};

/// Are there so many clients that the slow ones have to hurry?
/// @param percent  Of `most`; 100 = never.
bool under_stress(std::uint32_t clients, std::uint32_t most,
                  std::uint32_t percent) noexcept;

} // namespace stagepost
