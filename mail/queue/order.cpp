#include "mail/queue/order.hpp"

#include "mail/ascii.hpp"
#include "mail/utf8.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace stagepost::queue {

bool recipient_filter::matches(const recipient& x) const {
  if ((state && x.state != *state) || (number && x.number != *number))
    return false;
  const auto text = lower(x.address);
  if (!address.empty() && text != address)
    return false;
  return domain.empty()
         || (text.size() > domain.size() && text.ends_with(domain)
             && text[text.size() - domain.size() - 1] == '@');
}

std::string_view name_of(order::kind x) noexcept {
  switch (x) {
    case order::kind::retry:
      return "retry";
    case order::kind::hold:
      return "hold";
    case order::kind::release:
      return "release";
    case order::kind::bounce:
      return "bounce";
    case order::kind::redirect:
      return "redirect";
    case order::kind::remove:
      return "delete";
    case order::kind::suspend:
      return "suspend";
    case order::kind::resume:
      return "resume";
  }
  return "";
}

recipient redirected(const recipient& x, std::string_view to, time_point now) {
  auto out = x;
  if (out.original_recipient.empty())
    out.original_recipient
      = (is_ascii(x.address) ? "rfc822;" : "utf-8;") + x.address;
  out.address = to.starts_with('@')
                  ? x.address.substr(0, x.address.rfind('@')) + std::string{to}
                  : std::string{to};
  out.state = recipient_state::queued;
  out.attempts = 0;
  out.next_at = now;
  out.last_reply.clear();
  return out;
}

void keep_last(std::vector<change>& x) {
  if (x.size() < 2)
    return;
  std::set<recipient_key> seen;
  std::vector<change> kept;
  for (auto i = x.rbegin(); i != x.rend(); ++i)
    if (seen.insert({i->message, i->now.number}).second)
      kept.push_back(std::move(*i));
  std::reverse(kept.begin(), kept.end());
  x = std::move(kept);
}

} // namespace stagepost::queue
