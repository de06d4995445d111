#include "mail/sasl/base64.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace stagepost::sasl {

namespace {

constexpr std::string_view alphabet
  = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t no_digit = 64;

constexpr auto values = [] {
  std::array<std::uint8_t, 256> out{};
  out.fill(no_digit);
  for (std::size_t i = 0; i < alphabet.size(); ++i)
    out[static_cast<std::uint8_t>(alphabet[i])] = static_cast<std::uint8_t>(i);
  return out;
}();

std::uint8_t value_of(char c) {
  return values[static_cast<std::uint8_t>(c)];
}

} // namespace

std::string encode_base64(std::string_view octets) {
  std::string out;
  out.reserve((octets.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < octets.size(); i += 3) {
    const auto group = octets.substr(i, 3);
    std::uint32_t bits = 0;
    for (std::size_t k = 0; k < 3; ++k)
      bits = bits << 8U
             | (k < group.size() ? static_cast<std::uint8_t>(group[k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k)
      out += k <= group.size() ? alphabet[bits >> (18 - 6 * k) & 63U] : '=';
  }
  return out;
}

result<std::string> decode_base64(std::string_view text) {
  if (text.size() > max_base64)
    return format_errc::too_long;
  if (text.size() % 4 != 0)
    return format_errc::syntax;
  const std::size_t padding = text.ends_with("==")  ? 2
                              : text.ends_with('=') ? 1
                                                    : 0;
  const auto digits = text.substr(0, text.size() - padding);
  const auto rest = (1U << 2 * padding) - 1; // bits that belong to no octet
  // All is checked before anything is decoded, so that a password never lies
  // half decoded in memory that nobody wipes.
  if (!std::all_of(digits.begin(), digits.end(),
                   [](char c) { return value_of(c) != no_digit; })
      || (padding != 0 && (value_of(digits.back()) & rest) != 0))
    return format_errc::syntax;
  std::string out;
  out.reserve(text.size() / 4 * 3);
  std::uint32_t bits = 0;
  unsigned held = 0;
  for (const char c : digits) {
    bits = bits << 6U | value_of(c);
    held += 6;
    if (held >= 8) {
      held -= 8;
      out += static_cast<char>(bits >> held & 255U);
    }
  }
  return out;
}

} // namespace stagepost::sasl
