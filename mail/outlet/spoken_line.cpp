#include "mail/outlet/spoken_line.hpp"

#include "mail/utf8.hpp"

namespace stagepost::outlet {

namespace {

bool is_control(std::uint32_t code) {
  constexpr std::uint32_t delete_character = 0x7f;
  constexpr std::uint32_t last_control = 0x9f;
  return code < ' ' || (code >= delete_character && code <= last_control);
}

std::string_view trimmed(std::string_view text) {
  const auto is_space = [](char c) {
    return c == ' ' || is_control(static_cast<unsigned char>(c));
  };
  // Not beyond US-ASCII: an octet there may be part of a character.
  while (!text.empty() && is_ascii(text.substr(0, 1)) && is_space(text.front()))
    text.remove_prefix(1);
  while (!text.empty() && is_ascii(text.substr(text.size() - 1))
         && is_space(text.back()))
    text.remove_suffix(1);
  return text;
}

} // namespace

std::string spoken_line(std::string_view line) {
  line = trimmed(line);
  std::string out;
  while (!line.empty()) {
    const auto [code, length] = first_character(line);
    const auto taken = length == 0 ? 1 : length;
    const auto shown = length == 0        ? std::string_view{"?"}
                       : is_control(code) ? std::string_view{" "}
                                          : line.substr(0, length);
    if (out.size() + shown.size() > longest_spoken_line)
      break;
    out += shown;
    line.remove_prefix(taken);
  }
  return std::string{trimmed(out)};
}

std::string last_spoken_line(std::string_view text) {
  while (!text.empty()) {
    const auto at = text.rfind('\n');
    const auto begin = at == std::string_view::npos ? 0 : at + 1;
    if (auto out = spoken_line(text.substr(begin)); !out.empty())
      return out;
    text = text.substr(0, begin == 0 ? 0 : at);
  }
  return {};
}

} // namespace stagepost::outlet
