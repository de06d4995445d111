// How a delivery worker comes to TLS with the present host: what the site's
// policy and the DNS ask for, the handshake, and what it has shown.

#include "actors/queue/delivery_worker.hpp"
#include "actors/runtime/log.hpp"

#include <utility>

namespace stagepost::worker {

namespace {

/// The next host, for this one may not be used.
void pass_over(worker_pointer self, const std::string& why) {
  auto& state = self->state;
  state.addresses.clear();
  state.failed_relay.clear();
  state.last_failure = smtp::by_us(
    {451, {4, 7, 5}, state.host.name + " is passed over: " + why});
  log::warning("delivery", "host passed over",
               {{"host", state.host.name}, {"why", why}});
  try_next_host(self);
}

void follow(worker_pointer self, tls_plan plan) {
  auto& state = self->state;
  state.tls = std::move(plan);
  if (!state.tls.refusal.empty())
    return pass_over(self, state.tls.refusal);
  try_next_address(self);
}

void on_records(worker_pointer self, const tlsa_records& x) {
  auto& state = self->state;
  switch (x.status) {
    case dns_outcome::found:
      return follow(self,
                    plan_by_dane(state.where, state.host, x.records, x.base));
    case dns_outcome::no_data:
    case dns_outcome::no_domain:
      return follow(self, plan_without_dane(state.where, state.host));
    case dns_outcome::temporary:
      break;
  }
  // Whoever can suppress the answer must not be able to suppress TLS (RFC 7672,
  // 2.1.2).
  pass_over(self, "its TLSA records can't be looked up: " + x.why);
}

/// "TLSv1.3/TLS_AES_256_GCM_SHA384 verified=dane"
std::string in_words(const net::tls_facts& x, const std::string& by) {
  return x.version + '/' + x.cipher + " verified=" + by;
}

std::string who_vouches(const net::tls_facts& x, const tls_plan& plan) {
  if (!plan.by.empty())
    return plan.by;
  return x.peer_verified ? "pkix" : "no";
}

std::chrono::steady_clock::time_point steady_now() {
  return std::chrono::steady_clock::now();
}

/// By its address: a name may stand for many servers.
std::string server_of(const worker_state& state) {
  return '[' + state.address + "]:" + std::to_string(state.host.port);
}

/// Does the message in hand say so (RFC 8689)?
bool needs_tls(const worker_state& state) {
  return state.job && (state.job->what->flags & queue::flag_require_tls) != 0
         && !state.job->what->sender.empty();
}

/// May a host whose TLS does not work be met in clear?
bool may_do_without(const worker_state& state) {
  return state.tls.policy == smtp::sender::tls_policy::opportunistic
         && !state.host.implicit_tls && !needs_tls(state)
         && may_go_in_clear(state);
}

} // namespace

bool goes_in_clear(const worker_state& state) {
  return may_do_without(state)
         && state.here->broken_tls.knows(server_of(state), steady_now());
}

bool suits(const worker_state& state) {
  return !needs_tls(state)
         || (state.vouched && state.dialogue->server().require_tls);
}

void move_on(worker_pointer self) {
  auto& state = self->state;
  state.last_failure
    = {550,
       {5, 7, 30},
       "REQUIRETLS support required, which " + state.host.name + " has not",
       true};
  state.failed_relay = relay_of(state); // it answered: others may go there
  leave(state);
  try_next_address(self);
}

void plan_tls(worker_pointer self, const host_addresses* found) {
  auto& state = self->state;
  const bool by_dane = state.where.tls == site::tls_policy::dane
                       && found != nullptr && found->secure;
  if (!by_dane || found->addresses.empty())
    return follow(self, plan_without_dane(state.where, state.host));
  std::vector<std::string> names{state.host.name};
  if (!found->canonical.empty())
    names.insert(names.begin(), found->canonical);
  // No timeout: the resolver has its own, and answers even when it dies.
  self
    ->request(state.here->resolver.get(), caf::infinite, tlsa_atom_v,
              tlsa_question{std::move(names), state.host.port})
    .then([self](const tlsa_records& x) { on_records(self, x); },
          [self](const caf::error& why) {
            pass_over(self, "its TLSA records can't be looked up: "
                              + self->system().render(why));
          });
}

void start_tls(worker_pointer self) {
  auto& state = self->state;
  allow(state, smtp::sender::awaited::command);
  net::tls_peer peer{state.host.name, state.tls.must};
  if (peer.must == net::tls_peer::check::dane) {
    peer.host = state.tls.base;
    peer.records = state.tls.records;
    if (state.tls.base != state.host.name)
      peer.names.push_back(state.host.name);
  }
  state.peer->connect_tls(
    state.rules->tls.client(), peer,
    [then = tell(self, secure_atom_v, state.incarnation),
     link = state.peer.get()](auto ec) {
      const auto refusal = link->tls_refusal();
      then(!ec ? std::string{} : refusal.empty() ? ec.message() : refusal);
    });
}

void on_secured(worker_pointer self, const std::string& why_not) {
  auto& state = self->state;
  if (!state.dialogue)
    return;
  if (why_not.empty()) {
    const auto facts = state.peer->tls().value_or(net::tls_facts{});
    const auto by = who_vouches(facts, state.tls);
    state.secured = in_words(facts, by);
    state.vouched = by != "no";
    state.dialogue->tls_started(state.vouched);
    return pump(self);
  }
  log::warning("delivery", "tls failed",
               {{"relay", relay_of(state)},
                {"policy", policy_name(state.where)},
                {"why", why_not}});
  hang_up(state);
  if (may_do_without(state)) {
    state.here->broken_tls.remember(server_of(state), steady_now());
    state.in_clear = true; // once more, without
    return dial_present(self);
  }
  state.last_failure = smtp::by_us(
    {451, {4, 7, 5}, "TLS with " + state.host.name + " failed: " + why_not});
  name_policy(state, state.last_failure);
  try_next_address(self);
}

void name_policy(const worker_state& state, smtp::reply& why) {
  if (state.tls.by == "dane")
    why.text += " (DANE)";
  else if (state.tls.by == "sts")
    why.text += " (MTA-STS)";
}

} // namespace stagepost::worker
