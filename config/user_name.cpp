#include "config/user_name.hpp"

#include "mail/utf8.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>

namespace stagepost::config {

namespace {

/// What would look like no name, or like another one, in a log.
bool invisible(std::uint32_t x) {
  struct range {
    std::uint32_t first;
    std::uint32_t last;
  };
  constexpr range ranges[]
    = {{0, 0x20},        {0x7f, 0xa0},     {0xad, 0xad},     {0x1680, 0x1680},
       {0x2000, 0x200f}, {0x2028, 0x202f}, {0x205f, 0x206f}, {0x3000, 0x3000},
       {0xfeff, 0xfeff}, {0xfff9, 0xfffb}};
  return std::any_of(std::begin(ranges), std::end(ranges),
                     [x](auto y) { return x >= y.first && x <= y.last; });
}

} // namespace

bool is_user_name(std::string_view text) {
  if (text.empty() || text.size() > 255)
    return false;
  while (!text.empty()) {
    const auto next = first_character(text);
    if (next.length == 0 || invisible(next.code))
      return false;
    text.remove_prefix(next.length);
  }
  return true;
}

} // namespace stagepost::config
