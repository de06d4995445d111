#pragma once

#include "mail/queue/id.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <unordered_map>

namespace stagepost::outlet {

/// Which failure mails go out: so many to a sender within an hour, and one for
/// a message, however often a client sends it again. What is too much is not
/// sent. Counts by the generic cell rate algorithm, as `queue::report_pace`.
class failure_pace {
public:
  /// A message that failed again is told of again after this.
  static constexpr std::chrono::hours again_after{24};

  /// @param most  Senders, and messages, to remember; with more of them those
  ///              are forgotten first whose time is up soonest.
  explicit failure_pace(std::size_t most = 20'000) : most_(most) {
  }

  /// @param sender  ASCII letters of either case are the same.
  /// @param message  What is the same when it is sent again: its Message-ID;
  ///                 "" = nothing is known.
  /// @param per_hour  0 = no limit.
  bool take(std::string_view sender, std::string_view message,
            std::uint32_t per_hour, queue::time_point now);

private:
  using table = std::unordered_map<std::uint64_t, queue::time_point>;
  void make_room(table& x, queue::time_point now) const;

  std::size_t most_;
  table full_at_;
  table told_until_;
};

} // namespace stagepost::outlet
