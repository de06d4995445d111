#pragma once

#include "mail/error.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace stagepost {

/// When a deferred recipient is tried again, written as `1m,5m*2,15m,1h*3,4h`:
/// waits in order, `*n` repeats one n times, the last one goes on for ever.
class retry_schedule {
public:
  /// One minute, then five.
  retry_schedule();

  /// The wait after the `attempts`-th failed attempt, from 1.
  [[nodiscard]] std::chrono::seconds after(std::size_t attempts) const noexcept;

  /// Fails with `syntax` for what is not in the grammar, `out_of_range` for a
  /// wait of 0 or over 30 days or more than 1,000 waits. Units: s m h d.
  static result<retry_schedule> parse(std::string_view text);

  /// Equal as lists of waits, though `1m` and `1m,1m` act alike.
  bool operator==(const retry_schedule&) const = default;

private:
  std::vector<std::chrono::seconds> waits_; ///< Never empty.
};

/// A wait made longer by up to so many per cent, so that what failed together
/// does not come back together. The same `salt` makes the same of it.
[[nodiscard]] std::chrono::milliseconds spread(std::chrono::seconds wait,
                                               unsigned percent,
                                               std::uint64_t salt) noexcept;

} // namespace stagepost
