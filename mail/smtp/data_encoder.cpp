#include "mail/smtp/data_encoder.hpp"

#include <cstring>

namespace stagepost::smtp {

namespace {

const char* find(const char* from, const char* to, char c) {
  const auto* at = std::memchr(from, c, static_cast<std::size_t>(to - from));
  return at ? static_cast<const char*>(at) : to;
}

} // namespace

// Octets that go out as they are gather in a RUN, which often spans many lines
// and is copied at once when something must be put in or changed.
void data_encoder::encode(std::string_view octets, std::string& out) {
  const char* at = octets.data();
  const char* const end = at + octets.size();
  if (after_cr_ && at != end) {
    after_cr_ = false;
    if (*at == '\n')
      ++at;
  }
  if (at == end)
    return;
  const char* run = at;
  const auto flush_to = [&](const char* to) {
    out.append(run, static_cast<std::size_t>(to - run));
  };
  const char* lf = find(at, end, '\n');
  while (at != end) {
    if (line_start_ && dots_ && *at == '.') {
      flush_to(at);
      out += '.';
      run = at;
    }
    line_start_ = false;
    // Kept over bare CRs, so that many of them don't make this quadratic.
    if (lf < at)
      lf = find(at, end, '\n');
    const char* const cr = find(at, lf, '\r');
    if (cr == end)
      break;
    line_start_ = true;
    if (cr + 1 == lf && lf != end) {
      at = lf + 1;
      continue;
    }
    flush_to(cr); // a bare CR, or a bare LF if there was no CR before it
    out += "\r\n";
    at = run = cr + 1;
    after_cr_ = cr != lf && at == end;
  }
  flush_to(end);
}

void data_encoder::finish(std::string& out) {
  if (!line_start_)
    out += "\r\n";
  if (dots_)
    out += ".\r\n";
  *this = data_encoder(dots_);
}

} // namespace stagepost::smtp
