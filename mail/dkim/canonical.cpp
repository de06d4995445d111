#include "mail/dkim/canonical.hpp"

#include "mail/ascii.hpp"

#include <array>
#include <utility>

namespace stagepost::dkim {

namespace {

constexpr std::size_t most_buffered = 16U << 10U;
constexpr std::string_view crlf = "\r\n";

/// Characters at which a run of ordinary ones stops.
constexpr std::array<bool, 256> stops(std::string_view which) {
  std::array<bool, 256> out{};
  for (const char c : which)
    out[static_cast<unsigned char>(c)] = true;
  return out;
}

constexpr auto line_stops = stops("\r\n");
constexpr auto word_stops = stops("\r\n \t");

const char* skip(const char* at, const char* end,
                 const std::array<bool, 256>& stop) {
  while (at != end && !stop[static_cast<unsigned char>(*at)])
    ++at;
  return at;
}

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

/// Takes the first line of a field off it, without its end.
std::string_view take_line(std::string_view& field, line_end ends) {
  auto end = field.find(crlf);
  if (ends == line_end::any)
    end = field.find_first_of(crlf);
  const auto line = field.substr(0, end);
  field.remove_prefix(line.size());
  if (field.starts_with(crlf))
    field.remove_prefix(crlf.size());
  else if (!field.empty())
    field.remove_prefix(1);
  return line;
}

void append_simple(std::string& out, std::string_view field, line_end ends) {
  while (!field.empty()) {
    out += take_line(field, ends);
    out += crlf;
  }
}

/// Words with one space between them, none around them.
void append_words(std::string& out, std::string_view line, bool& first,
                  bool& space) {
  for (const char c : line) {
    if (is_blank(c)) {
      space = true;
      continue;
    }
    if (space && !first)
      out += ' ';
    space = first = false;
    out += c;
  }
}

void append_relaxed(std::string& out, std::string_view field, line_end ends) {
  const auto colon = field.find(':');
  auto name = field.substr(0, colon);
  while (!name.empty() && is_blank(name.back()))
    name.remove_suffix(1);
  for (const char c : name)
    out += lower(c);
  out += ':';
  if (colon != std::string_view::npos) {
    field.remove_prefix(colon + 1);
    bool first = true;
    bool space = false;
    while (!field.empty())
      append_words(out, take_line(field, ends), first, space);
  }
  out += crlf;
}

} // namespace

std::string_view to_string(canonicalization x) noexcept {
  return x == canonicalization::simple ? "simple" : "relaxed";
}

void append_canonical(std::string& out, std::string_view field,
                      canonicalization how, line_end ends) {
  if (how == canonicalization::simple)
    append_simple(out, field, ends);
  else
    append_relaxed(out, field, ends);
}

canonical_body::canonical_body(canonicalization how, line_end ends, sink to)
  : to_(std::move(to)), relaxed_(how == canonicalization::relaxed),
    any_end_(ends == line_end::any) {
}

// Line ends and white space wait until something follows them that keeps them.
void canonical_body::feed(std::string_view octets) {
  const char* at = octets.data();
  const char* const end = at + octets.size();
  const auto& stop = relaxed_ ? word_stops : line_stops;
  while (at != end) {
    if (std::exchange(after_cr_, false)) {
      if (*at == '\n') {
        end_line();
        ++at;
        continue;
      }
      any_end_ ? end_line() : put("\r");
    }
    const char* const run = at;
    at = skip(at, end, stop);
    if (at != run)
      put({run, static_cast<std::size_t>(at - run)});
    if (at == end)
      break;
    if (*at == '\r')
      after_cr_ = true;
    else if (*at != '\n')
      space_ = true;
    else
      any_end_ ? end_line() : put("\n");
    ++at;
  }
}

void canonical_body::finish() {
  if (std::exchange(after_cr_, false))
    any_end_ ? end_line() : put("\r");
  // Of the line ends that wait, or lack, one belongs to the last line.
  if (some_ || !relaxed_)
    buffer_ += crlf;
  flush();
}

void canonical_body::end_line() {
  space_ = false;
  ++ends_;
}

void canonical_body::put(std::string_view octets) {
  put_ends();
  if (std::exchange(space_, false))
    buffer_ += ' ';
  some_ = true;
  buffer_ += octets;
  if (buffer_.size() >= most_buffered)
    flush();
}

void canonical_body::put_ends() {
  for (; ends_ != 0; --ends_) {
    buffer_ += crlf;
    if (buffer_.size() >= most_buffered)
      flush();
  }
}

void canonical_body::flush() {
  if (!buffer_.empty())
    to_(buffer_);
  buffer_.clear();
}

} // namespace stagepost::dkim
