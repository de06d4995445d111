#pragma once

#include "mail/error.hpp"

#include <atomic>
#include <chrono>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace stagepost::queue {

using time_point = std::chrono::system_clock::time_point;

/// Names one message for ever: 41 bits of milliseconds since
/// 2023-11-14T22:13:20Z, 10 bits of shard, 12 bits of sequence. Ids of one
/// shard grow with time, so that ordering by id is ordering by arrival.
class id {
public:
  constexpr id() = default;
  constexpr explicit id(std::uint64_t value) : value_(value) {
  }
  [[nodiscard]] constexpr std::uint64_t value() const noexcept {
    return value_;
  }
  [[nodiscard]] constexpr std::uint16_t shard() const noexcept {
    return static_cast<std::uint16_t>((value_ >> 12U) & 1023U);
  }
  [[nodiscard]] time_point made_at() const noexcept;
  auto operator<=>(const id&) const = default;

private:
  std::uint64_t value_ = 0;
};

/// The id as people see it: 13 characters of Crockford's base 32, without
/// I, L, O and U, for example `01HV5PZ2K4X7D`. Sorts as the id does.
std::string to_string(id x);

/// Reads what `to_string` wrote, in either case.
/// Fails with `syntax` for anything else.
[[nodiscard]] result<id> parse_id(std::string_view text) noexcept;

/// Makes the ids of one shard. May be used from any thread.
class id_source {
public:
  /// @param shard  0 to 1023.
  explicit id_source(std::uint16_t shard) : shard_(shard) {
  }
  /// The next id, larger than all before, even when the clock steps back or
  /// more than 4,096 ids are asked for in one millisecond.
  id next(time_point now) noexcept;

  /// From now on every id is larger than this one, whatever the clock says:
  /// for ids of earlier runs, whose clock may have been ahead.
  void raise_to(id x) noexcept;

private:
  std::uint16_t shard_;
  std::atomic<std::uint64_t> last_{0}; ///< Milliseconds << 12 | sequence.
};

} // namespace stagepost::queue
