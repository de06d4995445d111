// What a domain's MTA-STS policy makes of its hosts (RFC 8461, 5).

#include "actors/queue/shard_policy.hpp"

#include "actors/runtime/log.hpp"

#include <algorithm>
#include <utility>

namespace stagepost::shard {

namespace {

std::string names_of(const std::vector<site::host>& hosts) {
  std::string out;
  for (const auto& x : hosts)
    out += (out.empty() ? "" : ", ") + x.name;
  return out;
}

void mark_listed(found_hosts& x, const sts_rule& rule) {
  sts_policy policy;
  policy.mx = rule.mx;
  for (auto& host : x.hosts)
    host.listed = names_host(policy, host.name);
}

/// @returns Why the domain gets no mail; code 0 if it does.
smtp::reply apply(const std::string& domain, const sts_rule& rule, bool dane,
                  found_hosts& x) {
  mark_listed(x, rule);
  const auto is_listed = [](const site::host& host) { return host.listed; };
  const bool all = std::all_of(x.hosts.begin(), x.hosts.end(), is_listed);
  if (rule.testing && !all)
    log::warning("delivery", "mta-sts would refuse a host",
                 {{"domain", domain}, {"hosts", names_of(x.hosts)}});
  x.sts = rule.enforced;
  const bool none = std::none_of(x.hosts.begin(), x.hosts.end(), is_listed);
  // A host may still go by its TLSA records (RFC 8461, 2).
  if (!rule.enforced || dane || !none)
    return {};
  return {451,
          {4, 7, 5},
          "The MTA-STS policy of " + domain
            + " names none of its mail hosts: " + names_of(x.hosts)};
}

} // namespace

void mind_policy(shard_pointer self, const std::string& domain, found_hosts x,
                 bool dane, std::function<void(found_hosts)> then,
                 std::function<void(const smtp::reply&)> fails) {
  // No timeout: those who fetch have one, and an actor that dies answers.
  self
    ->request(self->state.here->policies.get(), caf::infinite, sts_atom_v,
              domain)
    .then(
      [domain, x = std::move(x), dane, then = std::move(then),
       fails](const sts_rule& rule) {
        auto out = x;
        const auto why = apply(domain, rule, dane, out);
        if (why.code != 0)
          fails(why);
        else
          then(std::move(out));
      },
      [self, fails](const caf::error& why) {
        fails({451,
               {4, 3, 0},
               "The policy can't be looked up: " + self->system().render(why)});
      });
}

} // namespace stagepost::shard
