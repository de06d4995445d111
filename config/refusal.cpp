#include "config/refusal.hpp"

#include "config/quantity.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace stagepost::config {

namespace {

/// A reply line has 512 octets with its CRLF (RFC 5321, 4.5.3.1.5); the rest is
/// for the codes.
constexpr std::size_t longest_text = 490;

bool digits(std::string_view x, std::size_t most) {
  return !x.empty() && x.size() <= most
         && std::all_of(x.begin(), x.end(),
                        [](char c) { return c >= '0' && c <= '9'; });
}

std::uint16_t value(std::string_view x) {
  const auto number = parse_number(x);
  return static_cast<std::uint16_t>(number ? *number : 0);
}

/// Takes the first word off.
std::string_view take_word(std::string_view& text) {
  const auto word = text.substr(0, text.find(' '));
  text.remove_prefix(std::min(text.size(), word.size() + 1));
  return word;
}

std::optional<smtp::enhanced_code> parse_enhanced(std::string_view word) {
  std::array<std::string_view, 3> parts;
  for (std::size_t i = 0; i < 3; ++i) {
    const auto end = i < 2 ? word.find('.') : word.size();
    if (end == std::string_view::npos)
      return std::nullopt;
    parts[i] = word.substr(0, end);
    word.remove_prefix(std::min(word.size(), end + 1));
  }
  if (!digits(parts[0], 1) || !digits(parts[1], 3) || !digits(parts[2], 3))
    return std::nullopt;
  return smtp::enhanced_code{static_cast<std::uint8_t>(value(parts[0])),
                             value(parts[1]), value(parts[2])};
}

} // namespace

std::variant<smtp::reply, std::string> parse_refusal(std::string_view text) {
  smtp::reply out;
  const auto code = take_word(text);
  if (!digits(code, 3) || code.size() != 3 || (code[0] != '4' && code[0] != '5')
      || code[1] > '5')
    return "a refusal begins with a code from 400 to 599, "
           "such as 550 5.7.1 Relaying denied";
  out.code = value(code);
  if (out.code == 421)
    return "421 announces that the connection closes, which a route can't do";
  auto rest = text;
  if (const auto enhanced = parse_enhanced(take_word(rest))) {
    if (enhanced->cls != out.code / 100)
      return "the enhanced code must begin with "
             + std::to_string(out.code / 100) + " as the code does";
    out.enhanced = *enhanced;
    text = rest;
  }
  if (text.size() > longest_text)
    return "the text is longer than a reply line may be";
  if (!std::all_of(text.begin(), text.end(),
                   [](char c) { return c >= ' ' && c <= '~'; }))
    return "the text of a reply is printable ASCII";
  out.text = text;
  return out;
}

smtp::reply relaying_denied() {
  return {550, {5, 7, 1}, "Relaying denied"};
}

} // namespace stagepost::config
