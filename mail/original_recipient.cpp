#include "mail/original_recipient.hpp"

#include "mail/ascii.hpp"
#include "mail/utf8.hpp"
#include "mail/xtext.hpp"

#include <algorithm>
#include <charconv>

namespace stagepost {

namespace {

constexpr std::size_t longest = 500; // RFC 3461, 4.2
constexpr std::string_view utf8_type = "utf-8";

constexpr auto npos = std::string_view::npos;

bool is_type(std::string_view text) { // an atom of RFC 822
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return is_alnum(c) || c == '-' || c == '.' || c == '_';
  });
}

bool is_control(std::uint32_t code) {
  return code < 0x20U || (code >= 0x7FU && code < 0xA0U);
}

void append_character(std::string& out, std::uint32_t code) {
  const auto low
    = [](std::uint32_t x) { return static_cast<char>(0x80U | (x & 0x3FU)); };
  if (code < 0x80U) {
    out += static_cast<char>(code);
  } else if (code < 0x800U) {
    out += static_cast<char>(0xC0U | (code >> 6U));
    out += low(code);
  } else if (code < 0x10000U) {
    out += static_cast<char>(0xE0U | (code >> 12U));
    out += low(code >> 6U);
    out += low(code);
  } else {
    out += static_cast<char>(0xF0U | (code >> 18U));
    out += low(code >> 12U);
    out += low(code >> 6U);
    out += low(code);
  }
}

// Replaces each `\x{20AC}`; false if a backslash begins anything else.
bool resolve_embedded(std::string& text) {
  std::string out;
  for (std::string_view rest = text; !rest.empty();) {
    const auto plain = rest.substr(0, rest.find('\\'));
    out += plain;
    rest.remove_prefix(plain.size());
    if (rest.empty())
      break;
    const auto end = rest.find('}');
    if (!rest.starts_with("\\x{") || end == npos || end < 5 || end > 9)
      return false;
    const auto digits = rest.substr(3, end - 3);
    std::uint32_t code = 0;
    const auto read
      = std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
    if (read.ec != std::errc{} || read.ptr != digits.data() + digits.size())
      return false;
    append_character(out, code); // what is no character is no UTF-8 either
    rest.remove_prefix(end + 1);
  }
  text = std::move(out);
  return true;
}

bool is_clean_utf8(std::string_view text) {
  while (!text.empty()) {
    const auto next = first_character(text);
    if (next.length == 0 || is_control(next.code))
      return false;
    text.remove_prefix(next.length);
  }
  return true;
}

// xtext between which characters over 127 stand as they are.
result<std::string> decode_utf8_xtext(std::string_view text) {
  const auto is_plain
    = [](char c) { return static_cast<unsigned char>(c) < 0x80U; };
  std::string out;
  while (!text.empty()) {
    const auto length = static_cast<std::size_t>(
      std::find_if_not(text.begin(), text.end(), is_plain) - text.begin());
    if (length != 0) {
      const auto decoded = decode_xtext(text.substr(0, length));
      if (!decoded)
        return decoded.error();
      out += *decoded;
      text.remove_prefix(length);
    }
    for (; !text.empty() && !is_plain(text.front()); text.remove_prefix(1))
      out += text.front();
  }
  if (out.empty() || !resolve_embedded(out) || !is_clean_utf8(out))
    return format_errc::syntax;
  return out;
}

} // namespace

result<std::string> read_original_recipient(std::string_view text) {
  if (text.size() > longest)
    return format_errc::too_long;
  const auto semicolon = text.find(';');
  if (semicolon == npos || !is_type(text.substr(0, semicolon)))
    return format_errc::syntax;
  auto out = lower(text.substr(0, semicolon));
  const auto address = text.substr(semicolon + 1);
  const auto decoded
    = out == utf8_type ? decode_utf8_xtext(address) : decode_xtext(address);
  if (!decoded)
    return decoded.error();
  out += ';';
  out += *decoded;
  return out;
}

void append_original_recipient(std::string& out, std::string_view value) {
  const auto semicolon = std::min(value.find(';'), value.size());
  const auto type = value.substr(0, semicolon);
  append_xtext(out, type);
  out += ';';
  value.remove_prefix(std::min(value.size(), semicolon + 1));
  type == utf8_type ? append_utf8_xtext(out, value) : append_xtext(out, value);
}

void append_original_recipient_field(std::string& out, std::string_view value) {
  const auto semicolon = std::min(value.find(';'), value.size());
  const auto type = value.substr(0, semicolon);
  out += type;
  out += "; ";
  value.remove_prefix(std::min(value.size(), semicolon + 1));
  if (type == utf8_type)
    append_utf8_xtext(out, value);
  else
    out += value;
}

} // namespace stagepost
