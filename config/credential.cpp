#include "config/credential.hpp"

#include "config/quantity.hpp"
#include "mail/ascii.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace stagepost::config {

namespace {

/// Takes one character of UTF-8 off (RFC 3629, 4).
/// @returns It, or 0 for what is none.
std::uint32_t take_character(std::string_view& text) {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t octets = first < 0x80   ? 1
                             : first < 0xc2 ? 0
                             : first < 0xe0 ? 2
                             : first < 0xf0 ? 3
                             : first < 0xf5 ? 4
                                            : 0;
  if (octets == 0 || octets > text.size())
    return 0;
  std::uint32_t out = octets == 1 ? first : first & (0x7fU >> octets);
  for (std::size_t i = 1; i < octets; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xc0U) != 0x80)
      return 0;
    out = out << 6U | (next & 0x3fU);
  }
  constexpr std::uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  if (out < least[octets] || out > 0x10ffff || (out >= 0xd800 && out < 0xe000))
    return 0;
  text.remove_prefix(octets);
  return out;
}

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

bool is_base64(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return is_alnum(c) || c == '+' || c == '/';
  });
}

/// Base64 without padding, of so many octets.
bool is_base64(std::string_view text, std::size_t least, std::size_t most) {
  const auto octets = text.size() * 3 / 4;
  return text.size() % 4 != 1 && octets >= least && octets <= most
         && is_base64(text);
}

/// The same with padding.
bool is_padded_base64(std::string_view text, std::size_t least,
                      std::size_t most) {
  if (text.size() % 4 != 0)
    return false;
  if (text.ends_with("=="))
    text.remove_suffix(2);
  else if (text.ends_with('='))
    text.remove_suffix(1);
  return is_base64(text, least, most);
}

bool is_key(std::string_view text) {
  return is_padded_base64(text, 32, 32);
}

/// Takes what stands before `end` off, with it; all of it if there is none.
std::string_view take(std::string_view& text, char end) {
  const auto out = text.substr(0, text.find(end));
  text.remove_prefix(std::min(text.size(), out.size() + 1));
  return out;
}

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix))
    return false;
  text.remove_prefix(prefix.size());
  return true;
}

bool is_number(std::string_view text, std::uint64_t least, std::uint64_t most) {
  const auto number = parse_number(text);
  return number && *number >= least && *number <= most;
}

/// "m=65536", for "m".
bool is_parameter(std::string_view text, std::string_view name,
                  std::uint64_t least, std::uint64_t most) {
  return take_prefix(text, name) && take_prefix(text, "=")
         && is_number(text, least, most);
}

} // namespace

bool is_user_name(std::string_view text) {
  if (text.empty() || text.size() > 255)
    return false;
  while (!text.empty())
    if (invisible(take_character(text)))
      return false;
  return true;
}

bool is_argon2id(std::string_view text) {
  if (!take_prefix(text, "$argon2id$v=19$"))
    return false;
  auto parameters = take(text, '$');
  const auto salt = take(text, '$');
  return is_parameter(take(parameters, ','), "m", 8, 1U << 20U)
         && is_parameter(take(parameters, ','), "t", 1, 20)
         && is_parameter(parameters, "p", 1, 16) && is_base64(salt, 8, 64)
         && is_base64(text, 16, 64);
}

bool is_scram_verifier(std::string_view text) {
  if (!take_prefix(text, "SCRAM-SHA-256$"))
    return false;
  auto how = take(text, '$');
  const auto iterations = take(how, ':');
  const auto stored = take(text, ':');
  return is_number(iterations, 4096, 10'000'000) && is_padded_base64(how, 8, 64)
         && is_key(stored) && is_key(text);
}

} // namespace stagepost::config
