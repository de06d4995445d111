#include "actors/resolver/policies.hpp"

#include "actors/runtime/log.hpp"
#include "net/https_get.hpp"

#include <caf/send.hpp>

#include <exception>

namespace stagepost {

namespace {

using policies_pointer = pointer<policies_actor, policies_state>;
using mode = sts_policy::mode_type;

constexpr std::size_t most_fetches = 64;  // at a time
constexpr std::size_t most_renewals = 16; // at a tick
constexpr std::chrono::minutes tick_interval{10};
constexpr std::chrono::seconds fetch_limit{30};
constexpr auto policy_path = "/.well-known/mta-sts.txt";

sts_rule rule_of(const sts_cache::entry* known) {
  if (known == nullptr)
    return {};
  const auto how = known->policy.mode;
  return {how == mode::enforce, how == mode::testing, known->policy.mx};
}

void answer(policies_pointer self, const std::string& domain) {
  auto& state = self->state;
  const auto i = state.asked.find(domain);
  if (i == state.asked.end())
    return;
  const auto rule = rule_of(state.cache.find(domain, state.here->now()));
  for (const auto& promise : i->second)
    promise.deliver(rule);
  state.asked.erase(i);
}

void on_addresses(policies_pointer self, const std::string& domain,
                  const std::string& id, const host_addresses& x) {
  auto& state = self->state;
  const auto rules = state.here->in_force.get();
  net::https_file file{"mta-sts." + domain,
                       x.addresses,
                       rules->configuration.delivery.mta_sts_port,
                       policy_path,
                       longest_sts_policy,
                       fetch_limit};
  net::https_get(*state.loop, rules->tls.client(), std::move(file),
                 [who = caf::weak_actor_ptr{self->ctrl()}, domain,
                  id](net::https_answer got) {
                   if (auto strong = who.lock())
                     caf::anon_send(
                       caf::actor_cast<policies_actor>(std::move(strong)),
                       ready_atom_v, domain, id, std::move(got.text),
                       std::move(got.why));
                 });
}

void fetch(policies_pointer self, const std::string& domain,
           const std::string& id) {
  auto& state = self->state;
  if (state.fetching.contains(domain))
    return;
  if (state.fetching.size() >= most_fetches) {
    state.waiting.emplace_back(domain, id);
    return;
  }
  state.fetching.insert(domain);
  const auto fails = [self, domain, id](const std::string& why) {
    self->send(self, ready_atom_v, domain, id, std::string{}, why);
  };
  // No timeout: the resolver has its own, and answers even when it dies.
  self
    ->request(state.here->resolver.get(), caf::infinite, host_atom_v,
              "mta-sts." + domain)
    .then(
      [self, domain, id, fails](const host_addresses& x) {
        if (x.addresses.empty())
          fails("its policy host has no address: " + x.why);
        else
          on_addresses(self, domain, id, x);
      },
      [self, fails](const caf::error& why) {
        fails(self->system().render(why));
      });
}

/// The DNS has said under which id a domain has a policy, or that it has none.
void on_id(policies_pointer self, const std::string& domain,
           const std::string& id) {
  auto& state = self->state;
  switch (state.cache.look(domain, id, state.here->now())) {
    case sts_cache::advice::enough:
      return answer(self, domain);
    case sts_cache::advice::refresh:
      answer(self, domain);
      return fetch(self, domain, id);
    case sts_cache::advice::fetch:
      return fetch(self, domain, id);
  }
}

void look_up(policies_pointer self, const std::string& domain) {
  self
    ->request(self->state.here->resolver.get(), caf::infinite, text_atom_v,
              "_mta-sts." + domain)
    .then(
      [self, domain](const text_records& x) {
        on_id(self, domain, sts_id(x.texts).value_or(""));
      },
      [self, domain](const caf::error&) { on_id(self, domain, {}); });
}

void take(policies_pointer self, storage::kept_policy x) {
  auto& state = self->state;
  auto policy = parse_sts_policy(x.text);
  if (!policy) {
    state.cache.failed(x.domain, state.here->now());
    log::warning("delivery", "mta-sts policy not fetched",
                 {{"domain", x.domain}, {"why", "the file is no policy"}});
    return;
  }
  log::info("delivery", "mta-sts policy fetched",
            {{"domain", x.domain},
             {"id", x.id},
             {"enforced", policy->mode == mode::enforce ? "yes" : "no"}});
  const auto forgotten
    = state.cache.store(x.domain, {*std::move(policy), x.id, x.fetched});
  if (!state.folder)
    return;
  if (!forgotten.empty())
    state.folder->remove(forgotten);
  if (const auto why = state.folder->save(x); !why.empty())
    log::warning("delivery", "mta-sts policy not kept",
                 {{"domain", x.domain}, {"why", why}});
}

void on_fetched(policies_pointer self, const std::string& domain,
                const std::string& id, const std::string& text,
                const std::string& why) {
  auto& state = self->state;
  const auto now = state.here->now();
  state.fetching.erase(domain);
  if (why.empty()) {
    take(self, {domain, id, now, text});
  } else {
    state.cache.failed(domain, now);
    log::warning("delivery", "mta-sts policy not fetched",
                 {{"domain", domain}, {"why", why}});
  }
  answer(self, domain);
  // One of them may be under way already, and leaves its place to the next.
  while (!state.waiting.empty() && state.fetching.size() < most_fetches) {
    const auto next = std::move(state.waiting.front());
    state.waiting.pop_front();
    fetch(self, next.first, next.second);
  }
}

void on_tick(policies_pointer self) {
  auto& state = self->state;
  const auto now = state.here->now();
  for (const auto& domain : state.cache.expire(now))
    if (state.folder)
      state.folder->remove(domain);
  for (const auto& domain : state.cache.stale(now, most_renewals))
    look_up(self, domain);
  self->delayed_send(self, tick_interval, tick_atom_v);
}

/// Takes what an earlier run has kept.
void load(policies_state& state) {
  try {
    state.folder = std::make_unique<storage::policy_folder>(
      state.here->configuration.node.data_dir + "/mta-sts");
  } catch (const std::exception& x) {
    return log::warning("delivery", "mta-sts policies not kept",
                        {{"why", x.what()}});
  }
  for (auto& x : state.folder->load())
    if (auto policy = parse_sts_policy(x.text))
      if (auto out
          = state.cache.store(x.domain, {*std::move(policy), x.id, x.fetched});
          !out.empty())
        state.folder->remove(out);
}

} // namespace

policies_actor::behavior_type policies(policies_pointer self,
                                       boost::asio::io_context* loop,
                                       node* here, std::string path) {
  self->join(here->tree, std::move(path), "policies");
  auto& state = self->state;
  state.here = here;
  state.loop = loop;
  load(state);
  here->policies.set(self);
  self->send(self, tick_atom_v);
  return {
    [self](sts_atom, const std::string& domain) {
      auto promise = self->make_response_promise<sts_rule>();
      auto& asked = self->state.asked[domain];
      asked.emplace_back(promise);
      if (asked.size() == 1)
        look_up(self, domain);
      return promise;
    },
    [self](ready_atom, const std::string& domain, const std::string& id,
           const std::string& text,
           const std::string& why) { on_fetched(self, domain, id, text, why); },
    [self](tick_atom) { on_tick(self); },
  };
}

} // namespace stagepost
