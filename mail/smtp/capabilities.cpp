#include "mail/smtp/capabilities.hpp"

#include <algorithm>
#include <charconv>

namespace stagepost::smtp {

namespace {

char upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

bool same(std::string_view given, std::string_view keyword) {
  return std::equal(given.begin(), given.end(), keyword.begin(), keyword.end(),
                    [](char a, char b) { return upper(a) == b; });
}

void add(std::string_view line, capabilities& out) {
  const auto space = line.find(' ');
  const auto keyword = line.substr(0, space);
  if (same(keyword, "PIPELINING"))
    out.pipelining = true;
  else if (same(keyword, "8BITMIME"))
    out.eight_bit_mime = true;
  else if (same(keyword, "STARTTLS"))
    out.starttls = true;
  else if (same(keyword, "ENHANCEDSTATUSCODES"))
    out.enhanced_status_codes = true;
  else if (same(keyword, "SMTPUTF8"))
    out.smtputf8 = true;
  else if (same(keyword, "CHUNKING"))
    out.chunking = true;
  else if (same(keyword, "SIZE")) {
    out.size = true;
    const auto limit
      = space == std::string_view::npos ? "" : line.substr(space + 1);
    // A number that does not fit is no limit for us.
    std::from_chars(limit.data(), limit.data() + limit.size(), out.size_limit);
  }
}

} // namespace

capabilities parse_capabilities(std::string_view text) {
  capabilities out;
  for (auto end = text.find('\n'); end != std::string_view::npos;
       end = text.find('\n')) {
    text.remove_prefix(end + 1);
    add(text.substr(0, text.find('\n')), out);
  }
  return out;
}

} // namespace stagepost::smtp
