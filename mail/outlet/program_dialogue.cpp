#include "mail/outlet/program_dialogue.hpp"

#include "mail/ascii.hpp"
#include "mail/outlet/spoken_line.hpp"
#include "mail/smtp/reply_parser.hpp"

#include <algorithm>
#include <utility>

namespace stagepost::outlet {

namespace {

constexpr std::size_t code_length = 3;

/// 250 or 400 to 599; 0 for any other.
std::uint16_t read_code(std::string_view text) {
  if (text.size() != code_length)
    return 0;
  unsigned out = 0;
  for (const char c : text) {
    if (!is_digit(c))
      return 0;
    out = out * 10 + static_cast<unsigned>(c - '0');
  }
  if (out != 250 && (out < 400 || out > 599))
    return 0;
  constexpr unsigned closing = 421; // what the session alone may say
  return static_cast<std::uint16_t>(out == closing ? 451 : out);
}

smtp::enhanced_code usual(const smtp::reply& x) {
  if (x.positive())
    return {2, 0, 0};
  return {static_cast<std::uint8_t>(x.code / 100), 3, 0};
}

const char* usual_text(const smtp::reply& x) {
  return x.positive()    ? "Accepted"
         : x.temporary() ? "The message can't be processed now, try again later"
                         : "The message was refused";
}

} // namespace

std::optional<smtp::reply> read_answer(std::string_view line) {
  if (line.ends_with('\r'))
    line.remove_suffix(1);
  smtp::reply out;
  out.code = read_code(line.substr(0, code_length));
  line.remove_prefix(std::min(line.size(), code_length));
  if (out.code == 0 || (!line.empty() && line.front() != ' '))
    return std::nullopt;
  if (!line.empty())
    line.remove_prefix(1);
  out.enhanced = usual(out);
  auto text = line;
  if (const auto said = smtp::take_enhanced_code(text);
      said && said->cls == out.code / 100) {
    out.enhanced = *said;
    line = text;
  }
  out.text = spoken_line(line);
  if (out.text.empty())
    out.text = usual_text(out);
  return out;
}

verdict verdict_of(smtp::reply answer, std::string by) {
  const auto what = answer.positive()    ? verdict::kind::accepted
                    : answer.temporary() ? verdict::kind::failed
                                         : verdict::kind::rejected;
  return {what, std::move(answer), std::move(by)};
}

program_dialogue::status program_dialogue::fail(std::string why) {
  why_ = std::move(why);
  line_ = {};
  answer_.reset();
  return status::nonsense;
}

program_dialogue::status program_dialogue::feed(std::string_view octets) {
  if (!why_.empty())
    return status::nonsense;
  if (octets.empty())
    return answer_ ? status::answered : status::more;
  if (!asked_)
    return fail("it spoke without being asked: " + spoken_line(octets));
  const auto end = octets.find('\n');
  const auto length = std::min(end, octets.size());
  if (line_.size() + length >= longest_answer)
    return fail("its answer is too long");
  line_ += octets.substr(0, length);
  if (end == std::string_view::npos)
    return status::more;
  if (end + 1 != octets.size())
    return fail("it said more than one line: "
                + spoken_line(octets.substr(end + 1)));
  std::string_view answer = line_;
  if (!id_.empty() && answer.starts_with(id_ + ' '))
    answer.remove_prefix(id_.size() + 1);
  answer_ = read_answer(answer);
  if (!answer_)
    return fail("its answer is none: " + spoken_line(line_));
  line_.clear();
  asked_ = false;
  return status::answered;
}

smtp::reply program_dialogue::take() {
  return std::exchange(answer_, std::nullopt).value_or(smtp::reply{});
}

} // namespace stagepost::outlet
