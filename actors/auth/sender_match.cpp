#include "actors/auth/sender_match.hpp"

#include "mail/address.hpp"
#include "mail/ascii.hpp"
#include "mail/idna.hpp"

#include <algorithm>

namespace stagepost {

namespace {

/// The one form that all spellings of a domain have.
std::string settled_domain(std::string_view text) {
  const auto x = to_unicode_domain(text);
  return x ? *x : lower(text);
}

/// The same of an address; of what is none, its lower case.
std::string settled(std::string_view address) {
  const auto x = parse_mailbox(address, alphabet::utf8);
  return lower(x ? x->text() : address);
}

} // namespace

bool may_send_as(const std::vector<std::string>& senders,
                 std::string_view sender) {
  if (sender.empty())
    return true;
  const auto address = settled(sender);
  const auto domain = domain_of(address);
  return std::ranges::any_of(senders, [&](const std::string& x) {
    return x.starts_with('@')
             ? !domain.empty() && settled_domain(x.substr(1)) == domain
             : settled(x) == address;
  });
}

} // namespace stagepost
