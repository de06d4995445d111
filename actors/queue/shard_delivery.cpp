// The shard and its destinations: finding them, and handing out leases.

#include "actors/queue/circumstances.hpp"
#include "actors/queue/destination.hpp"
#include "actors/queue/shard.hpp"
#include "actors/queue/shard_policy.hpp"
#include "actors/queue/site_hosts.hpp"
#include "actors/queue/tls_plan.hpp"
#include "mail/address.hpp"
#include "mail/next_hops.hpp"
#include "mail/utf8.hpp"

#include <caf/send.hpp>

#include <algorithm>
#include <utility>

namespace stagepost::shard {

namespace {

using std::chrono::seconds;

/// Answers live this long at least and at most, whatever the DNS says: a TTL
/// of zero must not make a question of each message.
constexpr seconds shortest_answer{30};
constexpr seconds longest_answer{3600};

/// At a time: the reader has more to do than that.
constexpr std::uint64_t most_reads = 64;

smtp::reply can_not_read() {
  return {451, {4, 3, 0}, "The message can't be read back at the moment"};
}

/// A site's name as one step of a path.
std::string place_of(std::string key) {
  std::replace(key.begin(), key.end(), '/', ',');
  return key;
}

void domain_fails(shard_pointer self, const std::string& domain,
                  const smtp::reply& why) {
  for (const auto& x : self->state.backlog->take_unanswered(domain))
    fail(self, x, why, queue::attempt::aside);
}

/// Each shard delivers for itself, and has its part of what a site may get.
void divide(site& x, std::size_t shards) {
  x.shares = static_cast<std::uint32_t>(std::max<std::size_t>(shards, 1));
  x.connections = (x.connections + x.shares - 1) / x.shares;
}

/// A domain's hosts are known: its mail may go to their site.
void found(shard_pointer self, const std::string& domain, found_hosts x) {
  auto& state = self->state;
  const auto by = rules_of(state);
  const auto& delivery = by->configuration.delivery;
  auto to = site_of(delivery, domain, std::move(x.hosts), x.secure, x.sts);
  divide(to, state.here->shards.size());
  // Twice the connections, so that one that ends finds its next message here.
  const auto window = std::size_t{to.connections} * 2;
  const auto key = to.key;
  const auto [at, is_new] = state.destinations.try_emplace(key);
  if (is_new)
    state.backlog->allow(key, first_window);
  auto& neighbour = at->second;
  if (neighbour.who && !(neighbour.where == to))
    self->send(neighbour.who, caf::update_atom_v, make_local<const site>(to));
  neighbour.where = std::move(to);
  neighbour.last_used = state.here->now();
  // Next hops that were configured are sure without a list of their domains,
  // which may be all there are.
  if ((x.secure || x.sts) && delivery.settings_for(domain).next_hop.empty())
    neighbour.sure.insert(domain);
  else
    neighbour.sure.erase(domain);
  state.backlog->answer(domain, key, window,
                        state.here->now()
                          + std::clamp(x.ttl, shortest_answer, longest_answer));
}

void ask_for(shard_pointer self, const std::string& domain);

void on_mx(shard_pointer self, const std::string& domain, const mx_hosts& x) {
  std::vector<site::host> hosts;
  const auto by = rules_of(self->state);
  const auto& delivery = by->configuration.delivery;
  if (!delivery.settings_for(domain).next_hop.empty())
    return ask_for(self, domain); // it has one since we asked
  const auto port = delivery.port;
  // Without MX the domain itself is its host (RFC 5321, 5.1).
  std::vector<mail_exchanger> exchangers;
  for (const auto& y : x.hosts)
    exchangers.push_back({y.preference, y.host});
  auto hops = order_hops(domain, exchangers, own_names(by->configuration),
                         node::random());
  if (const auto why = verdict_on(domain, x, hops))
    return domain_fails(self, domain, *why);
  for (std::size_t i = 0; i < hops.hosts.size(); ++i) {
    auto& to = hosts.emplace_back();
    to.name = std::move(hops.hosts[i]);
    to.port = port;
    to.rank = hops.preferences[i];
  }
  found_hosts out{std::move(hosts), seconds{x.ttl}, x.secure};
  const auto tls = delivery.settings_for(domain).tls;
  const bool dane = tls == config::delivery_tls::dane;
  if (!delivery.mta_sts
      || (tls != config::delivery_tls::opportunistic && !dane))
    return found(self, domain, std::move(out));
  mind_policy(
    self, domain, std::move(out), dane && x.secure,
    [self, domain](found_hosts y) {
      found(self, domain, std::move(y));
      advance(self);
    },
    [self, domain](const smtp::reply& why) {
      domain_fails(self, domain, why);
      advance(self);
    });
}

void ask_for(shard_pointer self, const std::string& domain) {
  auto& here = *self->state.here;
  const auto by = rules_of(self->state);
  const auto& delivery = by->configuration.delivery;
  const auto& settings = delivery.settings_for(domain);
  if (!settings.next_hop.empty())
    return found(self, domain,
                 {hosts_of(settings.next_hop), longest_answer, true});
  if (!is_ascii(domain)) // nor could it be made so
    return domain_fails(self, domain,
                        {550, {5, 1, 2}, domain + " is no domain name"});
  const auto literal = literal_address(domain);
  if (!literal)
    return domain_fails(
      self, domain, {550, {5, 1, 2}, domain + " is no address that we reach"});
  if (*literal)
    return found(self, domain,
                 {{{**literal, delivery.port}}, longest_answer, true});
  // No timeout: libunbound has its own, and a resolver that dies answers.
  self->request(here.resolver.get(), caf::infinite, mx_atom_v, domain)
    .then(
      [self, domain](const mx_hosts& x) {
        on_mx(self, domain, x);
        advance(self);
      },
      [self, domain](const caf::error& why) {
        domain_fails(self, domain,
                     {451,
                      {4, 4, 3},
                      "The resolver failed: " + self->system().render(why)});
        advance(self);
      });
}

void send_to(shard_pointer self, const std::string& key,
             const queue::backlog::lease& x) {
  auto& state = self->state;
  auto& to = state.destinations[key];
  to.last_used = state.here->now();
  if (!to.who) {
    to.who = self->spawn(destination, state.here, to.where,
                         actor_cast<queue_shard_actor>(self->ctrl()),
                         self->path() + '/' + place_of(key));
    self->monitor(to.who);
    set_alarm(self, state.here->now() + std::chrono::minutes(2));
  }
  auto job = std::make_shared<delivery_job>();
  job->number = x.job;
  job->what = x.what;
  job->body = x.body;
  const bool guarded = (x.what->flags & queue::flag_require_tls) != 0;
  const auto by = rules_of(state);
  const auto& delivery = by->configuration.delivery;
  const auto is_sure = [&](const std::string& domain) {
    return to.sure.contains(domain)
           || !delivery.settings_for(domain).next_hop.empty();
  };
  job->ways = by->ways.ways(egress_facts_of(*x.what));
  // A report that can't leave as its message would leaves all the same, for
  // nobody else tells the sender.
  if ((x.what->flags & queue::flag_report) != 0)
    job->ways.push_back({{}, job->ways.front().hostname});
  for (const auto& y : x.recipients)
    job->recipients.push_back({y.number, y.address, y.notify,
                               y.original_recipient,
                               guarded && is_sure(dns_domain_of(y.address))});
  self->send(to.who, deliver_atom_v, local<const delivery_job>{std::move(job)});
}

void read_more(shard_pointer self);

/// Memory had no room for the content, or never had it. The lease may have been
/// lost meanwhile, with its destination: another one has its recipients then.
void read_for(shard_pointer self, const std::string& key,
              queue::backlog::lease x) {
  auto& state = self->state;
  ++state.reading;
  const auto id = x.what->id;
  const auto go_on = [self, key, x = std::move(x)](const content_ptr& body) {
    auto& now = self->state;
    --now.reading;
    if (now.stopping)
      return;
    if (!now.backlog->is_open(x.job))
      return read_more(self);
    if (!body)
      return settle_all(self, x, can_not_read(), queue::attempt::aside);
    auto ready = x;
    ready.body = body;
    now.backlog->loaded(x.job, body);
    send_to(self, key, ready);
    read_more(self);
  };
  self->request(state.services->reader.get(), caf::infinite, body_atom_v, id)
    .then([go_on](const local<const content>& body) { go_on(body.it); },
          [go_on](const caf::error&) { go_on(nullptr); });
}

/// Reads for those that wait for it, as far as there is room.
void read_more(shard_pointer self) {
  auto& state = self->state;
  while (!state.unread.empty() && state.reading < most_reads) {
    const auto job = state.unread.front().second.job;
    if (state.backlog->is_open(job) && !state.backlog->may_load(job))
      return;
    auto [key, x] = std::move(state.unread.front());
    state.unread.pop_front();
    if (state.backlog->is_open(job))
      read_for(self, key, std::move(x));
  }
}

void hand_out(shard_pointer self, const std::string& key,
              queue::backlog::lease x) {
  if (x.body)
    return send_to(self, key, x);
  self->state.unread.emplace_back(key, std::move(x));
}

} // namespace

void advance(shard_pointer self) {
  auto& state = self->state;
  if (state.stopping || state.fenced
      || self->clock().now() >= state.services->lease_ends.load())
    return;
  rules_of(state);
  for (const auto& domain : state.backlog->take_questions())
    ask_for(self, domain);
  for (const auto& key : state.backlog->take_takers())
    while (auto x = state.backlog->take(key))
      hand_out(self, key, std::move(*x));
  read_more(self);
  for (const auto next : {state.backlog->next_wake(), state.untold.next()})
    if (next)
      set_alarm(self, *next);
  const auto now = state.backlog->gauge();
  state.services->messages = now.messages;
  state.services->waiting = now.waiting;
  state.services->delivering = now.leases;
  state.services->held_up = now.suspended;
}

void set_alarm(shard_pointer self, lease_clock::time_point when) {
  using std::chrono::microseconds;
  set_alarm(self, self->state.here->now()
                    + std::chrono::duration_cast<microseconds>(
                      when - self->clock().now()));
}

void set_alarm(shard_pointer self, queue::time_point when) {
  auto& state = self->state;
  if (when >= state.alarm_at)
    return;
  state.alarm_at = when;
  const auto wait
    = std::max(when - state.here->now(), queue::time_point::duration::zero());
  self->delayed_send(self, wait, wake_atom_v, ++state.alarm);
}

} // namespace stagepost::shard
