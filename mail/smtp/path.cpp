#include "mail/smtp/path.hpp"

#include <algorithm>

namespace stagepost::smtp {

namespace {

constexpr auto npos = std::string_view::npos;

/// Where a domain in a source route ends: at `,` or `:`, but for the colons
/// of an IPv6 address in brackets.
std::size_t end_of_domain(std::string_view text) {
  const auto from = text.starts_with('[') ? text.find(']') : 0;
  return from == npos ? npos : text.find_first_of(",:", from);
}

/// Removes `@a,@b:` from the front of `text`; false if it is malformed.
bool skip_source_route(std::string_view& text) {
  while (text.starts_with('@')) {
    text.remove_prefix(1);
    const auto end = end_of_domain(text);
    if (end == npos || !is_domain(text.substr(0, end)))
      return false;
    const bool more = text[end] == ',';
    text.remove_prefix(end + 1);
    if (!more)
      return true;
  }
  return false; // a comma with nothing behind it
}

/// Where the closing bracket stands; one in a quoted string does not count.
std::size_t closing_bracket(std::string_view text) {
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"')
      quoted = !quoted;
    else if (quoted && text[i] == '\\')
      ++i;
    else if (!quoted && text[i] == '>')
      return i;
  }
  return npos;
}

} // namespace

result<mailbox> read_path(std::string_view& text, alphabet allowed) {
  auto rest = text;
  if (!rest.starts_with('<'))
    return format_errc::syntax;
  rest.remove_prefix(1);
  if (rest.starts_with('>')) {
    text = rest.substr(1);
    return mailbox{};
  }
  if (rest.starts_with('@') && !skip_source_route(rest))
    return format_errc::syntax;
  const auto end = closing_bracket(rest);
  if (end == npos)
    return format_errc::syntax;
  auto found = parse_mailbox(rest.substr(0, end), allowed);
  if (found)
    text = rest.substr(end + 1);
  return found;
}

} // namespace stagepost::smtp
