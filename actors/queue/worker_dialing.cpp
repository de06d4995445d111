// How a delivery worker comes to a connection: host by host, address by
// address.

#include "actors/queue/delivery_worker.hpp"
#include "mail/ip_address.hpp"
#include "net/dialer.hpp"

#include <utility>

namespace stagepost::worker {

namespace {

/// Shorter than RFC 5321 has it, for the next host waits.
constexpr std::chrono::seconds dial_limit{30};

} // namespace

std::string relay_of(const worker_state& state) {
  if (!state.peer)
    return {};
  return state.host.name + '[' + state.address
         + "]:" + std::to_string(state.host.port);
}

void try_next_host(worker_pointer self) {
  auto& state = self->state;
  if (state.next_host == state.where.hosts.size()) {
    if (state.unknown_hosts == state.where.hosts.size())
      return fail(self, {550,
                         {5, 4, 4},
                         "No mail host of the domain has an address ("
                           + state.host.name + ")"});
    return fail(self, state.last_failure);
  }
  state.host = state.where.hosts[state.next_host++];
  if (is_ip_address(state.host.name)) {
    state.addresses = {state.host.name};
    return try_next_address(self);
  }
  // No timeout: the resolver has its own, and answers even when it dies.
  self
    ->request(state.here->resolver.get(), caf::infinite, host_atom_v,
              state.host.name)
    .then(
      [self](const host_addresses& x) {
        auto& now = self->state;
        now.addresses.assign(x.addresses.begin(), x.addresses.end());
        if (x.status == dns_outcome::no_domain
            || x.status == dns_outcome::no_data)
          ++now.unknown_hosts;
        if (x.addresses.empty())
          now.last_failure
            = {451,
               {4, 4, 3},
               "No address of " + now.host.name + " was found: " + x.why};
        try_next_address(self);
      },
      [self](const caf::error& why) {
        self->state.last_failure = {
          451, {4, 4, 3}, "The resolver failed: " + self->system().render(why)};
        try_next_address(self);
      });
}

void dial_present(worker_pointer self) {
  auto& state = self->state;
  counters::add(state.here->count.dials);
  net::dial(*state.loop, state.address, state.host.port, state.egress.ip,
            dial_limit, [then = tell(self, accept_atom_v)](auto peer, auto ec) {
              then(local<net::connection>{std::move(peer)}, ec.message());
            });
}

void try_next_address(worker_pointer self) {
  auto& state = self->state;
  if (state.addresses.empty())
    return try_next_host(self);
  state.address = std::move(state.addresses.front());
  state.addresses.pop_front();
  state.in_clear = false;
  dial_present(self);
}

void on_dialed(worker_pointer self, std::shared_ptr<net::connection> peer,
               const std::string& why) {
  auto& state = self->state;
  if (!peer) {
    counters::add(state.here->count.dial_failures);
    state.failed_relay.clear();
    state.last_failure
      = {451,
         {4, 4, 1},
         "Can't connect to " + state.host.name + '[' + state.address
           + "]:" + std::to_string(state.host.port) + ": " + why};
    return try_next_address(self);
  }
  using policy = smtp::sender::tls_policy;
  state.peer = std::move(peer);
  state.messages = 0;
  ++state.incarnation;
  state.dialogue.emplace(smtp::sender::settings{
    state.egress.hostname,
    state.in_clear ? policy::none : static_cast<policy>(state.where.tls),
    false});
  state.peer->listen(
    {tell(self, input_atom_v), tell(self, drained_atom_v), nullptr,
     [then = tell(self, caf::close_atom_v, state.incarnation)](auto ec) {
       then(ec ? ec.message() : "closed by the peer");
     }});
  pump(self);
}

} // namespace stagepost::worker
