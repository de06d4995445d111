#include "mail/smtp/content_intake.hpp"

#include <utility>

namespace stagepost::smtp {

content_intake::content_intake(limits x, way how, std::string trace)
  : limits_(x), octets_(std::move(trace)), chunks_(how == way::binary_chunks),
    header_(x.header), how_(how) {
}

std::size_t content_intake::take(std::string_view octets) {
  const bool refused = !refusal().empty();
  const auto before = octets_.size();
  const auto taken = decoder_.decode(octets, octets_);
  ended_ = decoder_.ended();
  measure(before, refused);
  return taken;
}

void content_intake::take_chunk(std::string_view octets) {
  const bool refused = !refusal().empty();
  const auto before = octets_.size();
  chunks_.decode(octets, octets_);
  measure(before, refused);
}

void content_intake::finish_chunks() {
  const bool refused = !refusal().empty();
  const auto before = octets_.size();
  chunks_.finish(octets_);
  ended_ = true;
  measure(before, refused);
}

void content_intake::measure(std::size_t before, bool refused) {
  const auto fresh = std::string_view{octets_}.substr(before);
  size_ += fresh.size();
  header_.watch(fresh);
  if (limits_.text_line != 0 && how_ != way::binary_chunks)
    watch_lines(fresh);
  if (refused)
    octets_.clear();
  else if (!refusal().empty())
    std::string{}.swap(octets_);
}

/// While less came than a line may have, no line is too long: of most mail
/// only the last line is looked at.
void content_intake::watch_lines(std::string_view fresh) noexcept {
  if (size_ <= limits_.text_line) {
    const auto lf = fresh.rfind('\n');
    line_ = lf == std::string_view::npos ? line_ + fresh.size()
                                         : fresh.size() - lf - 1;
    return;
  }
  for (auto lf = fresh.find('\n'); lf != std::string_view::npos;
       lf = fresh.find('\n')) {
    long_line_ = long_line_ || line_ + lf + 1 > limits_.text_line;
    line_ = 0;
    fresh.remove_prefix(lf + 1);
  }
  line_ += fresh.size();
  long_line_ = long_line_ || line_ > limits_.text_line;
}

std::string_view content_intake::refusal() const noexcept {
  if (limits_.octets != 0 && size_ > limits_.octets)
    return "552 5.3.4 Message larger than the limit";
  const bool bare
    = by_chunks() ? chunks_.bare_newline() : decoder_.bare_newline();
  if (bare && !limits_.normalize_newlines)
    return "550 5.6.11 Bare CR or LF in the message; lines end with CRLF";
  if (header_.too_long())
    return "554 5.6.0 Message header too long";
  if (header_.too_many())
    return "554 5.6.0 Too many fields in the message header";
  if (header_.loop())
    return "554 5.4.6 Mail loop: too many Received fields";
  if (long_line_)
    return "554 5.6.0 A line of the message is too long";
  return {};
}

std::string content_intake::fetch() {
  return std::exchange(octets_, {});
}

} // namespace stagepost::smtp
