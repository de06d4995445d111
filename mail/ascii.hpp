#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace stagepost {

// Characters as the protocols mean them: US-ASCII, whatever the locale.

constexpr bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

constexpr bool is_alnum(char c) noexcept {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// From space to tilde.
constexpr bool is_printable(char c) noexcept {
  return c >= ' ' && c <= '~';
}

constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

inline std::string lower(std::string_view text) {
  std::string out{text};
  for (char& c : out)
    c = lower(c);
  return out;
}

/// Equal but for the case of letters.
constexpr bool iequals(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size()
         && std::equal(a.begin(), a.end(), b.begin(),
                       [](char x, char y) { return lower(x) == lower(y); });
}

} // namespace stagepost
