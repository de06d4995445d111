#include "mail/smtp/reply_parser.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace stagepost::smtp {

namespace {

constexpr std::size_t shown = 100; // of a line that is no SMTP

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_control(char c) {
  return (c >= 0 && c < ' ') || c == '\x7f';
}

// One of the numbers of an enhanced code: 0 to 999, no leading zeros.
std::optional<std::uint16_t> take_part(std::string_view& text) {
  std::uint16_t value = 0;
  const auto [end, errc]
    = std::from_chars(text.data(), text.data() + text.size(), value);
  const auto digits = static_cast<std::size_t>(end - text.data());
  if (errc != std::errc{} || digits > 3 || (digits > 1 && text[0] == '0'))
    return std::nullopt;
  text.remove_prefix(digits);
  return value;
}

// 0 for what is no reply code.
std::uint16_t code_of(std::string_view line) {
  if (line.size() < 3 || !std::all_of(line.begin(), line.begin() + 3, is_digit)
      || line[0] < '2' || line[0] > '5')
    return 0;
  return static_cast<std::uint16_t>((line[0] - '0') * 100 + (line[1] - '0') * 10
                                    + (line[2] - '0'));
}

} // namespace

std::optional<enhanced_code> take_enhanced_code(std::string_view& text) {
  auto rest = text;
  if (rest.size() < 5 || rest[1] != '.'
      || (rest[0] != '2' && rest[0] != '4' && rest[0] != '5'))
    return std::nullopt;
  enhanced_code out;
  out.cls = static_cast<std::uint8_t>(rest[0] - '0');
  rest.remove_prefix(2);
  const auto subject = take_part(rest);
  if (!subject || rest.empty() || rest[0] != '.')
    return std::nullopt;
  rest.remove_prefix(1);
  const auto detail = take_part(rest);
  if (!detail || (!rest.empty() && rest[0] != ' '))
    return std::nullopt;
  out.subject = *subject;
  out.detail = *detail;
  if (!rest.empty())
    rest.remove_prefix(1);
  text = rest;
  return out;
}

reply_parser::status reply_parser::feed(std::string_view& octets) {
  if (why_)
    return status::failed;
  while (!octets.empty()) {
    const auto end = octets.find('\n');
    const auto piece = octets.substr(0, end);
    octets_ += piece.size() + (end == std::string_view::npos ? 0U : 1U);
    if (octets_ > octets_read)
      return fail(format_errc::too_long, line_.empty() ? piece : line_);
    const auto room = line_kept - line_.size();
    if (end == std::string_view::npos) {
      line_.append(piece.substr(0, room));
      octets = {};
      return status::more;
    }
    octets.remove_prefix(end + 1);
    auto state = status::more;
    if (line_.empty()) {
      state = end_line(piece.substr(0, line_kept));
    } else {
      line_.append(piece.substr(0, room));
      state = end_line(std::exchange(line_, {}));
    }
    if (state != status::more)
      return state;
  }
  return status::more;
}

reply_parser::status reply_parser::end_line(std::string_view line) {
  if (!line.empty() && line.back() == '\r')
    line.remove_suffix(1);
  const auto code = code_of(line);
  const bool continues = line.size() > 3 && line[3] == '-';
  if (code == 0 || (line.size() > 3 && !continues && line[3] != ' ')
      || (lines_ != 0 && code != reply_.code))
    return fail(format_errc::syntax, line);
  reply_.code = code;
  if (lines_ < lines_kept)
    add_text(line.substr(std::min<std::size_t>(line.size(), 4)));
  if (++lines_ > lines_read)
    return fail(format_errc::too_long, line);
  return continues ? status::more : status::whole;
}

void reply_parser::add_text(std::string_view text) {
  auto rest = text;
  const auto enhanced = take_enhanced_code(rest);
  if (enhanced && lines_ == 0 && enhanced->cls == reply_.code / 100)
    reply_.enhanced = *enhanced;
  if (enhanced && *enhanced == reply_.enhanced)
    text = rest;
  if (lines_ != 0)
    reply_.text += '\n';
  const auto from = reply_.text.size();
  reply_.text += text;
  std::replace_if(reply_.text.begin() + static_cast<std::ptrdiff_t>(from),
                  reply_.text.end(), is_control, ' ');
}

reply reply_parser::take() {
  lines_ = 0;
  octets_ = 0;
  return std::exchange(reply_, {});
}

reply_parser::status reply_parser::fail(format_errc why,
                                        std::string_view line) {
  std::string kept(line.substr(0, shown));
  std::replace_if(kept.begin(), kept.end(), is_control, ' ');
  line_ = std::move(kept);
  reply_ = {};
  why_ = why;
  return status::failed;
}

} // namespace stagepost::smtp
