#include "storage/text.hpp"

#include <algorithm>

namespace stagepost::storage {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

struct run {
  std::size_t length; ///< Octets, at least 1.
  bool good;
};

unsigned at(std::string_view x, std::size_t i) {
  return i < x.size() ? static_cast<unsigned char>(x[i]) : 0;
}

bool within(unsigned x, unsigned low, unsigned high) {
  return x >= low && x <= high;
}

// The first character, or the longest part of one (Unicode 15, table 3-7).
run first_character(std::string_view x) {
  const unsigned lead = at(x, 0);
  if (lead < 0x80)
    return {1, lead != 0};
  const std::size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  const unsigned low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const unsigned high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (!within(lead, 0xC2, 0xF4) || !within(at(x, 1), low, high))
    return {1, false};
  for (std::size_t i = 2; i < length; ++i)
    if (!within(at(x, i), 0x80, 0xBF))
      return {i, false};
  return {length, true};
}

} // namespace

void append_database_text(std::string& out, std::string_view octets) {
  while (!octets.empty()) {
    // Nearly all of it is ASCII: take that in one piece.
    const auto plain = static_cast<std::size_t>(
      std::ranges::find_if(octets,
                           [](char c) {
                             const auto octet = static_cast<unsigned char>(c);
                             return octet == 0 || octet > 0x7F;
                           })
      - octets.begin());
    out += octets.substr(0, plain);
    octets.remove_prefix(plain);
    if (octets.empty())
      return;
    const auto next = first_character(octets);
    out += next.good ? octets.substr(0, next.length) : replacement;
    octets.remove_prefix(next.length);
  }
}

std::string to_database_text(std::string_view octets) {
  std::string out;
  out.reserve(octets.size());
  append_database_text(out, octets);
  return out;
}

} // namespace stagepost::storage
