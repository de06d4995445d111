// What a domain's MTA-STS policy makes of its hosts (RFC 8461, 5).

#include "actors/queue/shard_policy.hpp"

#include "actors/queue/listed_hosts.hpp"
#include "actors/runtime/log.hpp"

#include <algorithm>
#include <utility>

namespace stagepost::shard {

namespace {

/// What the policy makes of the hosts; in the log what it would, were it
/// enforced.
void apply(const std::string& domain, const sts_rule& rule, found_hosts& x) {
  mark_listed(rule, x.hosts);
  const bool all = std::all_of(x.hosts.begin(), x.hosts.end(),
                               [](auto& host) { return host.listed; });
  if (rule.testing && !all)
    log::warning("delivery", "mta-sts would refuse a host",
                 {{"domain", domain}, {"hosts", names_of(x.hosts)}});
  x.sts = rule.enforced;
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
        apply(domain, rule, out);
        if (const auto why = refusal_by(rule, domain, out.hosts, dane))
          fails(*why);
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
