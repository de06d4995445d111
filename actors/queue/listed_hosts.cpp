#include "actors/queue/listed_hosts.hpp"

#include "mail/mta_sts.hpp"

#include <algorithm>

namespace stagepost {

void mark_listed(const sts_rule& rule, std::vector<site::host>& hosts) {
  sts_policy policy;
  policy.mx = rule.mx;
  for (auto& host : hosts)
    host.listed = names_host(policy, host.name);
}

std::optional<smtp::reply> refusal_by(const sts_rule& rule,
                                      const std::string& domain,
                                      const std::vector<site::host>& hosts,
                                      bool dane) {
  const bool none = std::none_of(hosts.begin(), hosts.end(),
                                 [](auto& host) { return host.listed; });
  if (!rule.enforced || dane || !none)
    return std::nullopt;
  return smtp::reply{451,
                     {4, 7, 5},
                     "The MTA-STS policy of " + domain
                       + " names none of its mail hosts: " + names_of(hosts)};
}

std::string names_of(const std::vector<site::host>& hosts) {
  std::string out;
  for (const auto& x : hosts)
    out += (out.empty() ? "" : ", ") + x.name;
  return out;
}

} // namespace stagepost
