#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace stagepost::outlet {

/// Octets that are kept of what a program says for a reply.
constexpr std::size_t longest_spoken_line = 400;

/// What a program says, as a reply and a log may have it: UTF-8 without control
/// characters and spaces around it, no longer than `longest_spoken_line`. What
/// is no UTF-8 becomes `?`, a control character a space.
[[nodiscard]] std::string spoken_line(std::string_view line);

/// The last line of a text that has more than spaces in it, as `spoken_line`
/// gives it; "" if there is none.
[[nodiscard]] std::string last_spoken_line(std::string_view text);

} // namespace stagepost::outlet
