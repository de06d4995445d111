#include "mail/smtp/reply.hpp"

#include "mail/utf8.hpp"
#include "mail/utf8_repair.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace stagepost::smtp {

namespace {

constexpr std::size_t max_line = 512;  // RFC 5321, 4.5.3.1.5, with its CRLF
constexpr std::size_t max_lines = 100; // a platform's answer may be a page

/// What each line begins with: "250 2.0.0 ", or "250 " without the second.
class codes {
public:
  explicit codes(const reply& x) {
    for (const unsigned place : {100U, 10U, 1U})
      put(static_cast<char>('0' + x.code / place % 10U));
    put(' ');
    if (!x.enhanced.present())
      return;
    put_number(x.enhanced.cls, '.');
    put_number(x.enhanced.subject, '.');
    put_number(x.enhanced.detail, ' ');
  }
  [[nodiscard]] std::string_view text() const {
    return {octets_.data(), length_};
  }

private:
  void put(char c) {
    octets_[length_++] = c;
  }
  void put_number(unsigned n, char after) {
    auto* const end = octets_.data() + octets_.size();
    const auto done = std::to_chars(octets_.data() + length_, end, n);
    length_ = static_cast<std::size_t>(done.ptr - octets_.data());
    put(after);
  }

  std::array<char, 24> octets_{}; // "250 255.65535.65535 " is the longest
  std::size_t length_ = 0;
};

constexpr char printable(char c) {
  return static_cast<unsigned char>(c) < ' ' || c == '\x7f' ? ' ' : c;
}

/// One `?` for each character that ASCII has not.
void append_ascii(std::string& out, std::string_view text) {
  bool amid = false;
  for (const char c : text) {
    const auto octet = static_cast<unsigned char>(c);
    const bool goes_on = amid && (octet & 0xC0U) == 0x80;
    amid = octet > '\x7f';
    if (!goes_on)
      out += amid ? '?' : printable(c);
  }
}

std::string_view without_last_line_ends(std::string_view text) {
  while (text.ends_with('\n'))
    text.remove_suffix(1);
  return text;
}

} // namespace

std::string to_string(enhanced_code x) {
  return std::to_string(x.cls) + '.' + std::to_string(x.subject) + '.'
         + std::to_string(x.detail);
}

void append_wire(std::string& out, const reply& x) {
  const codes first{x};
  const auto room = max_line - 2 - first.text().size();
  auto rest = without_last_line_ends(x.text);
  for (std::size_t n = 1;; ++n) {
    const auto end = rest.find('\n');
    const bool last = end == std::string_view::npos || n == max_lines;
    const auto line = rest.substr(0, std::min(end, room));
    const auto at = out.size();
    out += first.text();
    if (!last)
      out[at + 3] = '-';
    append_ascii(out, line);
    // "250 " and "250-" keep their separator; a space before CRLF is noise.
    if (line.empty() && x.enhanced.present())
      out.pop_back();
    out += "\r\n";
    if (last)
      return;
    rest.remove_prefix(end + 1);
  }
}

std::string to_string(const reply& x) {
  std::string out{codes{x}.text()};
  const auto text = without_last_line_ends(x.text);
  std::transform(text.begin(), text.end(), std::back_inserter(out), printable);
  if (text.empty())
    out.pop_back();
  return is_utf8(out) ? out : repaired_utf8(out); // a peer may say anything
}

} // namespace stagepost::smtp
