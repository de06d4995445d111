#include "mail/queue/suspension.hpp"

#include "mail/ascii.hpp"

#include <algorithm>

namespace stagepost::queue {

std::string_view name_of(suspension::kind x) noexcept {
  switch (x) {
    case suspension::kind::domain:
      return "domain";
    case suspension::kind::site:
      return "site";
    case suspension::kind::sender:
      return "sender";
  }
  return "";
}

std::string to_string(const suspension& x) {
  auto out = std::string{name_of(x.what)} + ' ' + x.subject;
  if (!x.reason.empty())
    out += ": " + x.reason;
  return out;
}

void suspensions::add(suspension x) {
  key at{x.what, x.subject};
  all_.insert_or_assign(std::move(at), std::move(x));
}

bool suspensions::remove(suspension::kind what, const std::string& subject) {
  return all_.erase({what, subject}) != 0;
}

std::vector<suspension> suspensions::end(time_point now) {
  std::vector<suspension> out;
  std::erase_if(all_, [&](const auto& x) {
    const bool over = x.second.until && *x.second.until <= now;
    if (over)
      out.push_back(x.second);
    return over;
  });
  return out;
}

std::optional<time_point> suspensions::next_end() const {
  std::optional<time_point> out;
  for (const auto& [at, x] : all_)
    if (x.until && (!out || *x.until < *out))
      out = x.until;
  return out;
}

std::vector<suspension> suspensions::all() const {
  std::vector<suspension> out;
  for (const auto& [at, x] : all_)
    out.push_back(x);
  return out;
}

const suspension* suspensions::find(suspension::kind what,
                                    std::string subject) const {
  const auto i = all_.find({what, std::move(subject)});
  return i == all_.end() ? nullptr : &i->second;
}

const suspension* suspensions::of(std::string_view sender,
                                  const std::string& domain) const {
  if (all_.empty())
    return nullptr;
  if (const auto* x = find(suspension::kind::domain, domain))
    return x;
  const auto from = lower(sender);
  if (const auto* x = find(suspension::kind::sender, from))
    return x;
  const auto at = from.rfind('@');
  return at == std::string::npos
           ? nullptr
           : find(suspension::kind::sender, from.substr(at));
}

const suspension* suspensions::of_site(const std::string& site) const {
  return all_.empty() ? nullptr : find(suspension::kind::site, site);
}

} // namespace stagepost::queue
