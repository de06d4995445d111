// How a delivery worker comes to a connection: host by host, address by
// address.

#include "actors/queue/delivery_worker.hpp"
#include "actors/queue/site_hosts.hpp"
#include "mail/address_order.hpp"
#include "mail/ip_address.hpp"
#include "net/dialer.hpp"
#include "net/local_address.hpp"
#include "net/own_sockets.hpp"

#include <utility>

namespace stagepost::worker {

namespace {

/// Of one host, and of all: what a zone may hold has no bound, and each may
/// take the time of a connection.
constexpr std::size_t most_of_a_host = 8;
constexpr std::size_t most_addresses = 24;

std::string name_of_present(const worker_state& state) {
  return state.host.name + '[' + state.address
         + "]:" + std::to_string(state.host.port);
}

/// No host is left.
smtp::reply last_word(const worker_state& state) {
  const auto hosts = state.where.hosts.size();
  if (state.unknown_hosts == hosts)
    return none_has_an_address(state.host.name);
  if (state.own_hosts != 0 && state.unknown_hosts + state.own_hosts >= hosts)
    return loops_back(state.own_address);
  return state.last_failure;
}

/// The present address is a listener of ours: what comes after it in the MX
/// would lead mail through us (RFC 5321, 5.1). Those of the same preference
/// that were tried before it were as good as we are.
void pass_over_ourselves(worker_state& state) {
  state.own_address = name_of_present(state);
  state.addresses.clear();
  const auto next = state.next_host;
  if (state.where.by_mx)
    state.next_host = state.where.hosts.size();
  state.own_hosts += 1 + state.next_host - next;
}

bool is_v6(const std::string& ip) {
  return ip.find(':') != std::string::npos;
}

/// Takes the first way to the present address that this machine has now.
/// @returns false if there is none, and why as the last failure, unless another
///          address was tried: what came of that says more.
bool find_way(worker_state& state) {
  std::string lost;
  for (const auto& x : state.ways) {
    if (!x.ip.empty() && is_v6(x.ip) != is_v6(state.address))
      continue;
    if (x.ip.empty() || net::is_local_address(x.ip)) {
      state.egress = x;
      return true;
    }
    counters::add(state.here->count.lost_egress);
    log::warning("delivery", "egress address lost",
                 {{"ip", x.ip},
                  {"id", to_string(state.job->what->id)},
                  {"next", "give it back to this machine, or take it out of "
                           "`egress`"}});
    lost += (lost.empty() ? "" : ", ") + x.ip;
  }
  if (state.went_out)
    return false;
  state.no_way = true;
  state.egress = {};
  state.failed_relay.clear();
  state.last_failure = smtp::by_us(
    {451,
     {4, 3, 5},
     lost.empty() ? "No egress address of ours reaches " + state.host.name + '['
                      + state.address + ']'
                  : "The egress address " + lost
                      + " is not this machine's at the moment"});
  return false;
}

} // namespace

std::string relay_of(const worker_state& state) {
  if (!state.peer)
    return {};
  return name_of_present(state);
}

bool has_more(const worker_state& state) {
  return !state.addresses.empty() || state.next_host < state.where.hosts.size();
}

void try_next_host(worker_pointer self) {
  auto& state = self->state;
  if (state.next_host >= state.where.hosts.size())
    return fail(self, last_word(state));
  state.host = state.where.hosts[state.next_host++];
  if (is_ip_address(state.host.name)) {
    state.addresses = {state.host.name};
    return plan_tls(self, nullptr);
  }
  // No timeout: the resolver has its own, and answers even when it dies.
  self
    ->request(state.here->resolver.get(), caf::infinite, host_atom_v,
              state.host.name)
    .then(
      [self](const host_addresses& x) {
        auto& now = self->state;
        const auto usable = order_addresses(x.addresses, now.where.prefer,
                                            most_of_a_host, node::random());
        now.addresses.assign(usable.begin(), usable.end());
        if (x.status == dns_outcome::no_domain
            || x.status == dns_outcome::no_data)
          ++now.unknown_hosts;
        if (usable.empty())
          now.last_failure = smtp::by_us(
            {451,
             {4, 4, 3},
             "No address of " + now.host.name + " was found: "
               + (x.addresses.empty() ? x.why : "not of the kind wanted")});
        plan_tls(self, &x);
      },
      [self](const caf::error& why) {
        self->state.last_failure
          = smtp::by_us({451,
                         {4, 4, 3},
                         "The resolver failed: " + self->system().render(why)});
        try_next_address(self);
      });
}

void dial_present(worker_pointer self) {
  auto& state = self->state;
  if (!find_way(state))
    return try_next_address(self);
  state.went_out = true;
  counters::add(state.here->count.dials);
  net::dial(*state.loop, state.address, state.host.port, state.egress.ip,
            state.rules->configuration.delivery.timeouts.connect,
            [then = tell(self, accept_atom_v)](auto peer, auto ec) {
              then(local<net::connection>{std::move(peer)}, ec.message());
            });
}

void try_next_address(worker_pointer self) {
  auto& state = self->state;
  if (state.addresses.empty())
    return try_next_host(self);
  state.address = std::move(state.addresses.front());
  state.addresses.pop_front();
  if (net::is_own_socket(state.address, state.host.port,
                         state.here->acceptors)) {
    pass_over_ourselves(state);
    return try_next_host(self);
  }
  if (++state.dialled > most_addresses)
    return fail(self, state.last_failure);
  state.in_clear = goes_in_clear(state);
  state.no_way = false;
  state.secured.clear();
  dial_present(self);
}

void on_dialed(worker_pointer self, std::shared_ptr<net::connection> peer,
               const std::string& why) {
  auto& state = self->state;
  if (!peer) {
    counters::add(state.here->count.dial_failures);
    state.failed_relay.clear();
    state.last_failure = smtp::by_us(
      {451,
       {4, 4, 1},
       "Can't connect to " + name_of_present(state) + ": " + why});
    return try_next_address(self);
  }
  using policy = smtp::sender::tls_policy;
  state.peer = std::move(peer);
  state.messages = 0;
  state.watched = 0;
  state.secured.clear();
  state.vouched = false;
  ++state.incarnation;
  state.dialogue.emplace(smtp::sender::settings{
    state.egress.hostname, state.in_clear ? policy::none : state.tls.policy,
    state.host.implicit_tls, login_of(state)});
  state.peer->listen(
    {tell(self, input_atom_v), tell(self, drained_atom_v),
     [then = tell(self, caf::close_atom_v, state.incarnation)] {
       then(std::string{});
     },
     [then = tell(self, caf::close_atom_v, state.incarnation)](auto ec) {
       then(ec ? ec.message() : "closed by the peer");
     }});
  if (state.host.implicit_tls)
    return start_tls(self);
  pump(self);
}

} // namespace stagepost::worker
