#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace stagepost {

/// True if all octets are US-ASCII.
constexpr bool is_ascii(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x80;
  });
}

/// The character that a text begins with.
struct character {
  std::uint32_t code = 0;
  std::size_t length = 0; ///< Octets; 0 if there is no UTF-8.
};

/// Reads one character of UTF-8 (RFC 3629): no overlong forms, no surrogates,
/// nothing past U+10FFFF, nothing cut off.
[[nodiscard]] character first_character(std::string_view text) noexcept;

/// Whether a character disturbs who reads it: a control, what some programs
/// take for the end of a line, or what turns around the text that follows it.
[[nodiscard]] bool disturbs(std::uint32_t code) noexcept;

/// True if all of it is UTF-8.
[[nodiscard]] bool is_utf8(std::string_view text) noexcept;

} // namespace stagepost
