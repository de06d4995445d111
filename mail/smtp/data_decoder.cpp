#include "mail/smtp/data_decoder.hpp"

#include <cstring>

namespace stagepost::smtp {

namespace {

/// The first `c` from `p` on; `end` if there is none.
const char* find(const char* p, const char* end, char c) {
  const auto* const at = std::memchr(p, c, static_cast<std::size_t>(end - p));
  return at == nullptr ? end : static_cast<const char*>(at);
}

} // namespace

void data_decoder::end_line_badly(std::string& out) {
  bare_newline_ = true;
  out += "\r\n";
  at_ = place::bare_line_start;
}

/// Goes over whole lines as fast as memchr does and copies them in one run,
/// until a dot begins a line, a line end is odd, or the octets end.
/// @param cr  The first CR from `p` on, or `end`; kept up to date, so that no
///            input makes us look for it twice over the same octets.
/// @returns Where it stopped; `at_` says why.
const char* data_decoder::decode_text(const char* p, const char*& cr,
                                      const char* end, std::string& out) {
  const char* const run = p;
  for (;;) {
    const char* const lf = find(p, cr, '\n');
    if (lf != cr) { // an LF before any CR
      out.append(run, lf);
      end_line_badly(out);
      return lf + 1;
    }
    if (cr == end) {
      out.append(run, end);
      at_ = place::text;
      return end;
    }
    p = cr + 1;
    if (p == end || *p != '\n') {
      out.append(run, cr);
      cr = find(p, end, '\r');
      at_ = place::cr;
      return p;
    }
    cr = find(++p, end, '\r');
    if (p == end || *p == '.') {
      out.append(run, p);
      at_ = place::line_start;
      return p;
    }
  }
}

std::size_t data_decoder::decode(std::string_view octets, std::string& out) {
  const char* const begin = octets.data();
  const char* const end = begin + octets.size();
  const char* p = begin;
  const char* cr = find(begin, end, '\r');
  out.reserve(out.size() + octets.size());
  while (p != end && at_ != place::end) {
    switch (at_) {
      case place::line_start:
      case place::bare_line_start:
        if (*p != '.') {
          p = decode_text(p, cr, end, out);
          break;
        }
        at_ = at_ == place::line_start ? place::dot : place::bare_dot;
        ++p;
        break;
      case place::dot:
        if (*p == '\r') {
          at_ = place::dot_cr;
          cr = find(++p, end, '\r');
          break;
        }
        [[fallthrough]];
      case place::bare_dot:
      case place::text:
        p = decode_text(p, cr, end, out);
        break;
      case place::dot_cr:
        if (*p == '\n') {
          at_ = place::end;
          ++p;
          break;
        }
        [[fallthrough]];
      case place::cr:
        if (*p == '\n') {
          out += "\r\n";
          at_ = place::line_start;
          ++p;
        } else {
          end_line_badly(out);
        }
        break;
      case place::end:
        break;
    }
  }
  const auto taken = static_cast<std::size_t>(p - begin);
  nul_ = nul_ || find(begin, p, '\0') != p;
  return taken;
}

} // namespace stagepost::smtp
