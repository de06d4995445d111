#include "mail/address.hpp"
#include "mail/smtp/path.hpp"
#include "require.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

// What was taken for a mailbox is printable, within its limits, and taken
// again unchanged, also as a path.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  using namespace stagepost;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  std::string_view rest = text;
  if (const auto path = smtp::read_path(rest); path && !path->local.empty())
    require(parse_mailbox(path->text()).has_value());
  require(text.ends_with(rest));

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
