#include "mail/xtext.hpp"

#include "mail/ascii.hpp"
#include "mail/utf8.hpp"

#include <array>
#include <charconv>

namespace stagepost {

namespace {

// What stands for itself: xchar of RFC 3461, 4.
constexpr bool is_xchar(char c) {
  return c > ' ' && c <= '~' && c != '+' && c != '=';
}

// The value of an upper case hexadecimal digit; 16 for anything else.
constexpr unsigned digit(char c) {
  if (is_digit(c))
    return static_cast<unsigned>(c - '0');
  return c >= 'A' && c <= 'F' ? static_cast<unsigned>(c - 'A') + 10U : 16U;
}

} // namespace

result<std::string> decode_xtext(std::string_view text) {
  if (text.empty())
    return format_errc::syntax;
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_xchar(text[i])) {
      out += text[i];
      continue;
    }
    if (text[i] != '+' || text.size() - i < 3)
      return format_errc::syntax;
    const auto high = digit(text[i + 1]);
    const auto low = digit(text[i + 2]);
    if (high > 15 || low > 15)
      return format_errc::syntax;
    const auto octet = static_cast<char>(high * 16 + low);
    if (!is_printable(octet))
      return format_errc::syntax;
    out += octet;
    i += 2;
  }
  return out;
}

void append_xtext(std::string& out, std::string_view octets) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  for (const char c : octets) {
    if (is_xchar(c)) {
      out += c;
      continue;
    }
    const auto octet = static_cast<unsigned char>(c);
    out += '+';
    out += digits[octet >> 4U];
    out += digits[octet & 15U];
  }
}

void append_utf8_xtext(std::string& out, std::string_view address) {
  while (!address.empty()) {
    const auto next = first_character(address);
    if (is_xchar(address.front()) && address.front() != '\\') {
      out += address.front();
    } else if (next.length == 0) {
      out += '?';
    } else {
      std::array<char, 8> hex{};
      const auto end
        = std::to_chars(hex.data(), hex.data() + hex.size(), next.code, 16);
      out += next.code < 16 ? "\\x{0" : "\\x{";
      for (const auto* c = hex.data(); c != end.ptr; ++c)
        out += is_digit(*c) ? *c : static_cast<char>(*c - 'a' + 'A');
      out += '}';
    }
    address.remove_prefix(next.length == 0 ? 1 : next.length);
  }
}

} // namespace stagepost
