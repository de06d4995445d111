#include "mail/folding.hpp"

#include "mail/utf8.hpp"

#include <algorithm>

namespace stagepost {

namespace {

constexpr std::size_t field_columns = 78; // RFC 5322, 2.1.1
constexpr std::size_t text_columns = 72;
constexpr std::size_t longest_word = 900; // longer ones are broken
constexpr std::size_t longest_line = 990; // of 998, likewise

char printable(char c) {
  if (static_cast<unsigned char>(c) > 0x7f)
    return '?';
  return c < ' ' || c == '\x7f' ? ' ' : c;
}

// Takes the next word, or what of it fits in a line.
std::string_view take_word(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  const auto word = text.substr(0, std::min(text.find(' '), longest_word));
  text.remove_prefix(word.size());
  return word;
}

// Appends words, with `turn` where a line would pass `columns`.
void append_words(std::string& out, std::string_view text, std::size_t column,
                  std::size_t columns, std::string_view turn) {
  const auto margin = turn.size() - 2; // without its CRLF
  bool first = true;
  for (auto word = take_word(text); !word.empty(); word = take_word(text)) {
    if (!first && column + 1 + word.size() > columns) {
      out += turn;
      column = margin;
    } else if (!first) {
      out += ' ';
      ++column;
    }
    out += word;
    column += word.size();
    first = false;
  }
}

} // namespace

std::string printable(std::string_view text, std::size_t longest) {
  std::string out(text.substr(0, longest));
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return printable(c); });
  return out;
}

void append_field(std::string& out, std::string_view name,
                  std::string_view value) {
  out += name;
  out += ": ";
  append_words(out, value, name.size() + 2, field_columns, "\r\n ");
  out += "\r\n";
}

void append_lines(std::string& out, std::string_view margin,
                  std::string_view text) {
  const auto turn = "\r\n" + std::string(margin);
  out += margin;
  append_words(out, text, margin.size(), text_columns, turn);
  out += "\r\n";
}

void append_foreign_header(std::string& out, std::string_view header,
                           bool utf8) {
  while (!header.empty()) {
    const auto end = header.find('\n');
    auto line = header.substr(0, end);
    header.remove_prefix(std::min(header.size(), line.size() + 1));
    if (line.ends_with('\r'))
      line.remove_suffix(1);
    if (utf8 && line.size() <= longest_line && is_utf8(line)
        && !is_ascii(line)) {
      for (const auto c : line)
        out += (c >= 0 && c < ' ' && c != '\t') || c == '\x7f' ? '?' : c;
      out += "\r\n";
      continue;
    }
    while (line.size() > longest_line) {
      out += printable(line, longest_line);
      out += "\r\n ";
      line.remove_prefix(longest_line);
    }
    out += printable(line, longest_line);
    out += "\r\n";
  }
}

} // namespace stagepost
