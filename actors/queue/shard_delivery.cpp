// The shard and its destinations: finding them, handing out leases, hearing
// what became of them.

#include "actors/queue/destination.hpp"
#include "actors/queue/shard.hpp"
#include "mail/next_hops.hpp"
#include "mail/queue/settlement.hpp"
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

smtp::reply can_not_read() {
  return {451, {4, 3, 0}, "The message can't be read back at the moment"};
}

std::string_view name_of(site::tls_policy x) {
  switch (x) {
    case site::tls_policy::none:
      return "none";
    case site::tls_policy::opportunistic:
      return "opportunistic";
    case site::tls_policy::required:
      return "required";
  }
  return "";
}

std::string key_of(const site& x) {
  const auto port = x.hosts.front().port;
  const bool one_port = std::all_of(x.hosts.begin(), x.hosts.end(),
                                    [port](auto& y) { return y.port == port; });
  std::vector<std::string> names;
  for (const auto& y : x.hosts)
    names.push_back(one_port ? y.name : y.name + ':' + std::to_string(y.port));
  return site_name(std::move(names), one_port ? port : std::uint16_t{0},
                   name_of(x.tls));
}

/// A site's name as one step of a path.
std::string place_of(std::string key) {
  std::replace(key.begin(), key.end(), '/', ',');
  return key;
}

/// Every recipient of a lease gets the same reply: nobody was asked.
void settle_all(shard_pointer self, const queue::backlog::lease& x,
                const smtp::reply& why) {
  attempt_result result;
  result.job = x.job;
  result.replies.assign(x.recipients.size(), why);
  settle(self, result);
}

/// A lease fails that no destination has seen. Its content may still be in the
/// database; where the sender will get a report, that returns its header.
void fail(shard_pointer self, const queue::backlog::lease& x,
          const smtp::reply& why) {
  const bool final
    = why.permanent() || self->state.here->now() >= x.what->expires_at;
  if (x.body || !final || x.what->sender.empty())
    return settle_all(self, x, why);
  self
    ->request(self->state.services->reader.get(), caf::infinite, body_atom_v,
              x.what->id)
    .then(
      [self, x, why](const local<const content>& body) {
        if (body)
          self->state.backlog->loaded(x.job, body.it);
        settle_all(self, x, why);
      },
      [self, x, why](const caf::error&) { settle_all(self, x, why); });
}

void domain_fails(shard_pointer self, const std::string& domain,
                  const smtp::reply& why) {
  for (const auto& x : self->state.backlog->take_unanswered(domain))
    fail(self, x, why);
}

/// A domain's hosts are known: its mail may go to their site.
void found(shard_pointer self, const std::string& domain,
           std::vector<site::host> hosts, seconds ttl) {
  auto& state = self->state;
  const auto by = rules_of(state);
  const auto& delivery = by->configuration.delivery;
  const auto& settings = delivery.settings_for(domain);
  site to;
  to.hosts = std::move(hosts);
  to.connections = settings.connections;
  to.messages_per_connection = settings.messages_per_connection;
  to.rate = settings.rate;
  to.tls = static_cast<site::tls_policy>(settings.tls);
  to.key = key_of(to);
  // A domain with settings of its own never shares connections with others,
  // or the settings of whoever came first would count for all.
  if (&settings != &delivery.defaults)
    to.key += '/' + domain;
  // Twice the connections, so that one that ends finds its next message here.
  const auto window = std::size_t{to.connections} * 2;
  const auto key = to.key;
  auto& neighbour = state.destinations[key];
  if (neighbour.who && !(neighbour.where == to))
    self->send(neighbour.who, caf::update_atom_v, make_local<const site>(to));
  neighbour.where = std::move(to);
  neighbour.last_used = state.here->now();
  state.backlog->answer(domain, key, window,
                        state.here->now()
                          + std::clamp(ttl, shortest_answer, longest_answer));
}

void ask_for(shard_pointer self, const std::string& domain);

void on_mx(shard_pointer self, const std::string& domain, const mx_hosts& x) {
  std::vector<site::host> hosts;
  const auto by = rules_of(self->state);
  const auto& delivery = by->configuration.delivery;
  if (!delivery.settings_for(domain).next_hop.empty())
    return ask_for(self, domain); // it has one since we asked
  const auto port = delivery.port;
  switch (x.status) {
    case dns_outcome::found: {
      std::vector<mail_exchanger> exchangers;
      for (const auto& y : x.hosts)
        exchangers.push_back({y.preference, y.host});
      auto hops = order_hops(domain, exchangers, node::random());
      if (hops.takes_no_mail)
        return domain_fails(
          self, domain,
          {556, {5, 1, 10}, "The domain " + domain + " takes no mail"});
      for (auto& name : hops.hosts)
        hosts.push_back({std::move(name), port});
      break;
    }
    case dns_outcome::no_data: // the domain itself is its host (RFC 5321, 5.1)
      hosts.push_back({domain, port});
      break;
    case dns_outcome::no_domain:
      return domain_fails(
        self, domain,
        {550, {5, 1, 2}, "The domain " + domain + " does not exist"});
    case dns_outcome::temporary:
      return domain_fails(
        self, domain,
        {451,
         {4, 4, 3},
         "The name servers of " + domain + " can't be asked: " + x.why});
  }
  found(self, domain, std::move(hosts), seconds{x.ttl});
}

void ask_for(shard_pointer self, const std::string& domain) {
  auto& here = *self->state.here;
  const auto by = rules_of(self->state);
  const auto& delivery = by->configuration.delivery;
  const auto& settings = delivery.settings_for(domain);
  if (!settings.next_hop.empty()) {
    std::vector<site::host> hosts;
    for (const auto& x : settings.next_hop)
      hosts.push_back({x.host, x.port});
    return found(self, domain, std::move(hosts), longest_answer);
  }
  if (!is_ascii(domain)) // nor could it be made so
    return domain_fails(self, domain,
                        {550, {5, 1, 2}, domain + " is no domain name"});
  const auto literal = literal_address(domain);
  if (!literal)
    return domain_fails(
      self, domain, {550, {5, 1, 2}, domain + " is no address that we reach"});
  if (*literal)
    return found(self, domain, {{**literal, delivery.port}}, longest_answer);
  counters::add(here.count.dns_questions);
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
  for (const auto& y : x.recipients)
    job->recipients.push_back(
      {y.number, y.address, y.notify, y.original_recipient});
  self->send(to.who, deliver_atom_v, local<const delivery_job>{std::move(job)});
}

void hand_out(shard_pointer self, const std::string& key,
              queue::backlog::lease x) {
  if (x.body)
    return send_to(self, key, x);
  // Memory had no room for the content, or never had it.
  self
    ->request(self->state.services->reader.get(), caf::infinite, body_atom_v,
              x.what->id)
    .then(
      [self, key, x](const local<const content>& body) {
        if (!body)
          return settle_all(self, x, can_not_read());
        auto ready = x;
        ready.body = body.it;
        self->state.backlog->loaded(x.job, body.it);
        send_to(self, key, ready);
      },
      [self, x](const caf::error&) { settle_all(self, x, can_not_read()); });
}

void log_verdict(const queue::backlog::settlement& x,
                 const queue::backlog::verdict& v, const attempt_result& by) {
  const auto event = v.stays              ? "deferred"
                     : v.reply.positive() ? "delivered"
                     : v.expired          ? "expired"
                                          : "failed";
  const auto id = to_string(x.what->id);
  const auto reply = smtp::to_string(v.reply);
  const log::fields fields{
    {"id", id},      {"to", v.row.address},        {"relay", by.relay},
    {"tls", by.tls}, {"attempts", v.row.attempts}, {"reply", reply}};
  v.reply.positive() ? log::info("queue", event, fields)
                     : log::warning("queue", event, fields);
}

void count_verdict(counters& to, const queue::backlog::verdict& v) {
  if (v.stays)
    counters::add(to.deferred);
  else
    counters::add(v.reply.positive() ? to.delivered : to.failed);
}

void add_report(shard_pointer self, const queue::backlog::settlement& x,
                report_facts::kind what, const std::string& relay) {
  if (!queue::calls_for(x, what))
    return;
  auto& state = self->state;
  const auto now = state.here->now();
  const auto by = rules_of(state);
  const auto& config = by->configuration;
  auto report
    = queue::report_on(x, what, relay,
                       {config.egress.default_hostname, config.delivery.expire,
                        config.delivery.report == config::report_content::full},
                       state.services->ids.next(now), now);
  if (!report)
    return;
  counters::add(state.here->count.reports);
  const auto id = to_string(report->what->id);
  const auto about = to_string(x.what->id);
  log::info("queue", "reported",
            {{"id", id}, {"about", about}, {"to", x.what->sender}});
  state.line.add({std::move(*report), std::nullopt});
}

} // namespace

void advance(shard_pointer self) {
  auto& state = self->state;
  if (state.stopping || state.fenced)
    return;
  rules_of(state);
  for (const auto& domain : state.backlog->take_questions())
    ask_for(self, domain);
  for (const auto& key : state.backlog->take_takers())
    while (auto x = state.backlog->take(key))
      hand_out(self, key, std::move(*x));
  if (const auto next = state.backlog->next_wake())
    set_alarm(self, *next);
  const auto now = state.backlog->gauge();
  state.services->messages = now.messages;
  state.services->waiting = now.waiting;
  state.services->delivering = now.leases;
}

void settle(shard_pointer self, const attempt_result& x) {
  auto& state = self->state;
  const auto now = state.here->now();
  const auto by = rules_of(state);
  const auto& delivery = by->configuration.delivery;
  auto ended = state.backlog->settle(
    x.job, x.replies, {&delivery.retry, delivery.warn_after}, now);
  if (ended) {
    for (const auto& v : ended->verdicts) {
      log_verdict(*ended, v, x);
      count_verdict(state.here->count, v);
      if (state.loading && !v.stays)
        state.gone_while_loading.insert({ended->what->id, v.row.number});
    }
    queue::record(*ended, x.relay, now, state.line.gathering());
    add_report(self, *ended, report_facts::kind::failure, x.relay);
    add_report(self, *ended, report_facts::kind::delay, x.relay);
    if (!x.reports)
      add_report(self, *ended, report_facts::kind::relayed, x.relay);
  }
  commit(self);
  advance(self);
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
