#pragma once

#include "actors/node.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace stagepost {

/// Looks after what no actor looks after, once a second on the main thread: the
/// room on disk, under the limits in force, doors that pause because the system
/// has no file left, certificates and DKIM keys that were renewed. Says in the
/// log what changes.
class watch {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// @param files  That may be open; for the log.
  watch(node& here, std::uint64_t files) : here_(here), files_(files) {
  }

  void attend(time_point now);

  /// Takes renewed certificates and keys now; else it happens every ten
  /// seconds. What can't be used is told once, and what was there before stays
  /// in use.
  void look_at_keys();

private:
  void attend_load(time_point now);
  void attend_doors(time_point now);
  void attend_keys(time_point now);
  void look_at_certificates();
  void look_at_dkim();

  node& here_;
  std::uint64_t files_;
  rules_ptr rules_;
  std::uint64_t pauses_told_ = 0;
  time_point next_telling_;
  time_point next_keys_;
  std::vector<std::string> refusals_;      ///< Of certificates; told.
  std::vector<std::string> dkim_refusals_; ///< Likewise, of keys that sign.
  std::vector<std::string> dkim_warnings_;
};

/// How many times a door of this node paused: net::acceptor::pauses.
std::uint64_t pauses_of_doors(const node& here) noexcept;

} // namespace stagepost
