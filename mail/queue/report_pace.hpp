#pragma once

#include "mail/queue/id.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>

namespace stagepost::queue {

/// When the next report to an address may go. Mail with a forged sender makes
/// reports to somebody who has nothing to do with it, and a mailing to a dead
/// list makes a flood: what is too much waits for its turn, and what would wait
/// too long is not sent at all.
///
/// Each address has a bucket that holds one span's worth and fills up steadily,
/// kept as the time at which it is full again (the generic cell rate algorithm,
/// ATM Forum TM 4.1).
class report_pace {
public:
  using span = std::chrono::milliseconds;

  /// The longest that a report waits, if nobody says otherwise.
  static constexpr std::chrono::hours usual_longest{24};

  /// @param most  Addresses to remember; with more of them those are forgotten
  ///              first that had the least.
  /// @param within  What limits are for.
  /// @param longest  That a report waits.
  explicit report_pace(std::size_t most = 20'000,
                       span within = std::chrono::minutes{1},
                       span longest = usual_longest)
    : most_(most), within_(within), longest_(longest) {
  }

  /// @param address  ASCII letters of either case are the same.
  /// @param limit  Reports within the span; 0 = no limit.
  /// @returns How long the report has to wait; nothing if that is too long.
  std::optional<std::chrono::milliseconds>
  next(std::string_view address, std::uint32_t limit, time_point now);

  /// Whether `next` would find a time now; takes nothing.
  [[nodiscard]] bool has_room(std::string_view address, std::uint32_t limit,
                              time_point now) const;

private:
  [[nodiscard]] time_point full_after(time_point full_at, std::uint32_t limit,
                                      time_point now) const;
  [[nodiscard]] span wait_for(time_point full_at, time_point now) const;
  void make_room(time_point now);

  std::size_t most_;
  span within_;
  span longest_;
  std::unordered_map<std::uint64_t, time_point> full_at_;
};

} // namespace stagepost::queue
