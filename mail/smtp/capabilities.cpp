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

// `name=number`; what is odd is no limit.
void add_limit(std::string_view word, capabilities& out) {
  const auto equals = word.find('=');
  if (equals == std::string_view::npos)
    return;
  const auto name = word.substr(0, equals);
  const auto value = word.substr(equals + 1);
  std::uint32_t limit = 0;
  const auto read
    = std::from_chars(value.data(), value.data() + value.size(), limit);
  if (read.ec != std::errc{} || read.ptr != value.data() + value.size())
    return;
  if (same(name, "MAILMAX"))
    out.most_messages = limit;
  else if (same(name, "RCPTMAX"))
    out.most_recipients = limit;
}

void add_mechanism(std::string_view word, capabilities& out) {
  if (same(word, "PLAIN"))
    out.auth_plain = true;
  else if (same(word, "LOGIN"))
    out.auth_login = true;
  else if (same(word, "SCRAM-SHA-256"))
    out.auth_scram_sha_256 = true;
}

void add_words(std::string_view words, capabilities& out,
               void (*add)(std::string_view, capabilities&)) {
  while (!words.empty()) {
    const auto word = words.substr(0, words.find(' '));
    add(word, out);
    words.remove_prefix(std::min(words.size(), word.size() + 1));
  }
}

void add(std::string_view line, capabilities& out) {
  const auto space = line.find(' ');
  const auto keyword = line.substr(0, space);
  const auto parameters
    = line.substr(std::min(line.size(), keyword.size() + 1));
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
  else if (same(keyword, "BINARYMIME"))
    out.binary_mime = true;
  else if (same(keyword, "DSN"))
    out.dsn = true;
  else if (same(keyword, "REQUIRETLS"))
    out.require_tls = true;
  else if (same(keyword, "LIMITS"))
    add_words(parameters, out, add_limit);
  else if (same(keyword, "AUTH"))
    add_words(parameters, out, add_mechanism);
  else if (same(keyword.substr(0, 5), "AUTH=")) // as it was before RFC 2554
    add_words(line.substr(5), out, add_mechanism);
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
