#include "mail/address.hpp"
#include "mail/smtp/path.hpp"
#include "mail/utf8.hpp"
#include "require.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

// What was taken for a mailbox is printable (or, where that is allowed, UTF-8
// without control characters), within its limits, and taken again unchanged,
// also as a path.

namespace {

using namespace stagepost;

void check_utf8(std::string_view text) {
  const auto found = parse_mailbox(text, alphabet::utf8);
  const auto ascii = parse_mailbox(text);
  require(found.has_value() || !ascii.has_value());
  if (!found)
    return;
  const auto shown = found->text();
  require(is_utf8(shown) && is_ascii(*found) == is_ascii(shown));
  require(is_ascii(shown) || !is_ascii(text));
  require(!ascii || ascii->text() == shown);
  require(found->local.size() <= 64 && found->domain.size() <= 255);
  for (std::string_view rest = shown; !rest.empty();) {
    const auto next = first_character(rest);
    require(next.code >= 0x20 && (next.code < 0x7f || next.code > 0x9f));
    rest.remove_prefix(next.length);
  }
  require(found->domain.empty() || is_domain(dns_domain_of(shown)));
  const auto again = parse_mailbox(shown, alphabet::utf8);
  require(again && again->text() == shown);
  const auto bracketed = '<' + shown + "> X";
  std::string_view rest = bracketed;
  const auto path = smtp::read_path(rest, alphabet::utf8);
  require(path && path->text() == shown && rest == " X");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  std::string_view rest = text;
  if (const auto path = smtp::read_path(rest); path && !path->local.empty())
    require(parse_mailbox(path->text()).has_value());
  require(text.ends_with(rest));
  check_utf8(text);

  const auto found = parse_mailbox(text);
  if (!found)
    return 0;
  require(!found->local.empty() && found->local.size() <= 64);
  require(found->domain.size() <= 255);
  require(found->domain.empty() || is_domain(found->domain));
  const auto shown = found->text();
  for (const char c : shown)
    require(c >= ' ' && c <= '~');
  require(domain_of(shown) == found->domain);
  const auto again = parse_mailbox(shown);
  require(again && again->local == found->local
          && again->domain == found->domain);
  const auto bracketed = '<' + shown + "> X";
  rest = bracketed;
  const auto path = smtp::read_path(rest);
  require(path && path->text() == shown && rest == " X");
  return 0;
}
