#include "mail/utf8.hpp"

namespace stagepost {

namespace {

std::uint32_t at(std::string_view text, std::size_t i) noexcept {
  return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
}

} // namespace

// Unicode 15, table 3-7.
character first_character(std::string_view text) noexcept {
  if (text.empty())
    return {};
  const auto lead = at(text, 0);
  if (lead < 0x80U)
    return {lead, 1};
  if (lead < 0xC2U || lead > 0xF4U)
    return {};
  const std::size_t length = lead < 0xE0U ? 2 : lead < 0xF0U ? 3 : 4;
  const auto low = lead == 0xE0U ? 0xA0U : lead == 0xF0U ? 0x90U : 0x80U;
  const auto high = lead == 0xEDU ? 0x9FU : lead == 0xF4U ? 0x8FU : 0xBFU;
  if (at(text, 1) < low || at(text, 1) > high)
    return {};
  auto code = lead & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((at(text, i) & 0xC0U) != 0x80U)
      return {};
    code = (code << 6U) | (at(text, i) & 0x3FU);
  }
  return {code, length};
}

bool disturbs(std::uint32_t code) noexcept {
  return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x061C
         || code == 0x200E || code == 0x200F || code == 0xFEFF
         || (code >= 0x2028 && code <= 0x202E)
         || (code >= 0x2066 && code <= 0x2069);
}

bool is_utf8(std::string_view text) noexcept {
  while (!text.empty()) {
    const auto next = first_character(text);
    if (next.length == 0)
      return false;
    text.remove_prefix(next.length);
  }
  return true;
}

} // namespace stagepost
