#pragma once

#include "mail/error.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace stagepost {

/// What the sender of a message wants to be told of a recipient: the values
/// of NOTIFY (RFC 3461, 4.1). None of them: it was not said, and is failures.
enum notify_flag : std::uint8_t {
  notify_never = 1, ///< Alone: no report whatsoever.
  notify_success = 2,
  notify_failure = 4,
  notify_delay = 8,
};

/// Reads the value of NOTIFY: `NEVER`, or `SUCCESS`, `FAILURE` and `DELAY` in
/// any order with commas between them, in any case.
/// @returns A set of `notify_flag`, not empty. Fails with `syntax`, also when a
/// value comes twice.
[[nodiscard]] result<std::uint8_t> read_notify(std::string_view text);

/// Does a sender that said `set` (0: nothing) want to be told of this? One that
/// said nothing does of what goes wrong.
[[nodiscard]] constexpr bool wants(std::uint8_t set,
                                   notify_flag what) noexcept {
  return set == 0 ? what != notify_success : (set & what) != 0;
}

/// Appends a set, not empty, as a value of NOTIFY: `SUCCESS,FAILURE`.
void append_notify(std::string& out, std::uint8_t set);

} // namespace stagepost
