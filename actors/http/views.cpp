#include "actors/http/views.hpp"

#include "actors/http/outlets_view.hpp"
#include "actors/watch.hpp"
#include "mail/date.hpp"

#include <algorithm>
#include <sstream>

namespace stagepost {

namespace {

namespace json = boost::json;

/// Actors shown at most: with 100,000 sessions the tree is no reading matter.
constexpr std::size_t most_actors = 20'000;

std::int64_t seconds_since(std::chrono::system_clock::time_point t) {
  using namespace std::chrono;
  return duration_cast<seconds>(system_clock::now() - t).count();
}

json::array shards_of(const node& here) {
  json::array out;
  for (const auto& x : here.shards)
    out.push_back(json::object{{"name", x->name},
                               {"number", x->number},
                               {"healthy", x->healthy.load()},
                               {"role", x->standby ? "standby" : "owner"},
                               {"messages", x->messages.load()},
                               {"waiting", x->waiting.load()},
                               {"delivering", x->delivering.load()},
                               {"suspended", x->held_up.load()}});
  return out;
}

const char* name_of(config::listener_protocol x) {
  switch (x) {
    case config::listener_protocol::smtp:
      return "smtp";
    case config::listener_protocol::lmtp:
      return "lmtp";
    case config::listener_protocol::http:
      return "http";
  }
  return "";
}

const char* name_of(config::listener_tls x) {
  switch (x) {
    case config::listener_tls::none:
      return "none";
    case config::listener_tls::starttls:
      return "starttls";
    case config::listener_tls::implicit:
      return "implicit";
  }
  return "";
}

void append_head(std::ostream& out, const char* name, const char* type,
                 const char* help) {
  out << "# HELP stagepost_" << name << ' ' << help << "\n# TYPE stagepost_"
      << name << ' ' << type << '\n';
}

template <class T>
void append(std::ostream& out, const char* name, const char* type,
            const char* help, T value) {
  append_head(out, name, type, help);
  out << "stagepost_" << name << ' ' << value << '\n';
}

const char* name_of(net::dns_result x) {
  switch (x) {
    case net::dns_result::secure:
      return "secure";
    case net::dns_result::insecure:
      return "insecure";
    case net::dns_result::no_data:
      return "no_data";
    case net::dns_result::no_domain:
      return "no_domain";
    case net::dns_result::bogus:
      return "bogus";
    case net::dns_result::failed:
      return "failed";
  }
  return "";
}

void append_dns(std::ostream& out, const node& here) {
  const auto& x = here.dns;
  append(out, "dns_questions_total", "counter",
         "Questions to the DNS, those that its cache answers included.",
         x.questions.load());
  append_head(out, "dns_answers_total", "counter",
              "Answers; secure and insecure are those that found something.");
  for (std::size_t i = 0; i < net::dns_results; ++i) {
    out << "stagepost_dns_answers_total{result=\""
        << name_of(static_cast<net::dns_result>(i)) << "\"} " << x.answers[i]
        << '\n';
  }
  constexpr double million = 1e6;
  append(out, "dns_answer_seconds_total", "counter",
         "How long those answers took, all together.",
         std::to_string(static_cast<double>(x.microseconds.load()) / million));
}

/// What was turned away, and what is near to it.
void append_guards(std::ostream& out, const node& here) {
  const auto& c = here.count;
  append_head(out, "rate_refusals_total", "counter",
              "What was over a limit of its minute.");
  for (std::size_t i = 0; i < rates; ++i)
    out << "stagepost_rate_refusals_total{limit=\""
        << name_of(static_cast<rate>(i)) << "\"} " << c.rate_refusals[i]
        << '\n';
  append(
    out, "rates_forgotten_total", "counter",
    "Clients, users and senders whose rate was forgotten for want of room.",
    here.passing.forgotten());
  append(out, "auth_successes_total", "counter", "Logins.",
         c.auth_successes.load());
  append(out, "auth_failures_total", "counter", "Wrong credentials.",
         c.auth_failures.load());
  append(out, "auth_refusals_total", "counter",
         "Logins not looked at: the client had failed too often.",
         c.auth_refusals.load());
  append(out, "failures_forgotten_total", "counter",
         "Clients and users whose failures were forgotten for want of room.",
         here.failures.forgotten());
  append(out, "load_refusals_total", "counter",
         "Messages and clients turned away because memory or disk ran short.",
         c.load_refusals.load());
  append(out, "load_level", "gauge",
         "1: no new message is taken; 2: no new client either.",
         static_cast<int>(here.load.level()));
  append(out, "accept_pauses_total", "counter",
         "Times that no file descriptor was left for a client.",
         pauses_of_doors(here));
  append(out, "incoming_octets", "gauge",
         "Octets in memory of mail that is coming in.", here.load.held());
  append(out, "disk_free_octets", "gauge",
         "Left on the disk of data_dir; 0 where limits.free_disk is 0.",
         here.load.free_disk());
}

} // namespace

std::string trouble_of(const node& here, lease_clock::time_point now) {
  if (here.draining)
    return "draining";
  if (here.postgres_down)
    return "PostgreSQL is down and being started again";
  if (!here.stores())
    return {};
  bool leases_over = false;
  for (const auto& x : here.shards) {
    if (x->healthy && now < x->lease_ends.load())
      return {};
    leases_over = leases_over || x->healthy;
  }
  if (leases_over)
    return "no queue shard's lease was renewed: the database does not answer";
  const auto waits = [](const auto& x) { return x->standby.load(); };
  if (std::all_of(here.shards.begin(), here.shards.end(), waits))
    return "standing by: another daemon owns the queue";
  return "no queue shard can store mail";
}

json::object status_view(const node& here) {
  const auto trouble = trouble_of(here, lease_clock::now());
  json::object out{{"status", trouble.empty() ? "ok" : "unhealthy"},
                   {"node", here.configuration.node.name},
                   {"clients", here.clients.in_all()},
                   {"uptime_s", seconds_since(here.started)}};
  if (!trouble.empty())
    out["reason"] = trouble;
  return out;
}

json::object detail_view(const node& here) {
  const auto rules = here.in_force.get();
  auto out = status_view(here);
  out["hostname"] = rules->configuration.node.hostname;
  json::array listeners;
  for (std::size_t i = 0; i < here.acceptors.size(); ++i) {
    const auto& x = rules->configuration.listeners[i];
    json::object y{{"name", x.name},
                   {"protocol", name_of(x.protocol)},
                   {"address", x.address.host},
                   {"tls", name_of(x.tls)}};
    y["port"]
      = here.acceptors[i] ? here.acceptors[i]->local().port() : x.address.port;
    listeners.push_back(std::move(y));
  }
  out["listeners"] = std::move(listeners);
  const auto& limits = rules->configuration.limits;
  out["limits"]
    = json::object{{"max_clients", limits.max_clients},
                   {"max_clients_per_host", limits.max_clients_per_host},
                   {"message_size", limits.message_size},
                   {"recipients", limits.recipients},
                   {"session_idle_s", limits.session_idle.count()},
                   {"queue_memory", limits.queue_memory}};
  out["shards"] = shards_of(here);
  out["outlets"] = outlets_view(here);
  out["storage"] = !here.stores()                          ? "none"
                   : here.configuration.storage.embedded() ? "embedded"
                                                           : "external";
  out["actors"] = here.tree.size();
  out["restarts"] = here.tree.restarts();
  return out;
}

namespace {

/// Whether an outlet's circuit breaker is open.
bool is_broken(const node& here, const roster::reading& x) {
  if (x.kind != "http-outlet")
    return false;
  const auto all = here.board.all();
  const auto i = all.find(x.path.substr(x.path.rfind('/') + 1));
  return i != all.end() && i->second->down;
}

} // namespace

json::array actors_view(const node& here) {
  json::array out;
  for (const auto& x : here.tree.read(most_actors)) {
    json::object y{{"path", x.path},
                   {"kind", x.kind},
                   {"state", x.state},
                   {"started", rfc3339_date(x.started)},
                   {"restarts", x.past.restarts},
                   {"handled", x.handled},
                   {"waiting", x.waiting},
                   {"cpu_ms", static_cast<double>(x.busy.count()) / 1e6}};
    if (is_broken(here, x))
      y["state"] = "platform down";
    if (x.past.last_error.empty())
      y["last_error"] = nullptr;
    else
      y["last_error"] = x.past.last_error; // braces would make it an array
    out.push_back(std::move(y));
  }
  return out;
}

std::string metrics_view(const node& here) {
  std::ostringstream out;
  const auto show
    = [&out](const char* name, const char* type, const char* help, auto value) {
        append(out, name, type, help, value);
      };
  const auto& c = here.count;
  show("connections_total", "counter", "SMTP clients accepted.",
       c.connections.load());
  show("connections_refused_total", "counter",
       "SMTP clients answered 421 at the door.", c.connections_refused.load());
  show("clients", "gauge", "SMTP clients connected.", here.clients.in_all());
  show("received_messages_total", "counter", "Messages answered 250.",
       c.received_messages.load());
  show("received_octets_total", "counter", "Octets of content received.",
       c.received_octets.load());
  show("refused_recipients_total", "counter", "Recipients refused at RCPT.",
       c.refused_recipients.load());
  show("refused_messages_total", "counter",
       "Messages answered 4xx or 5xx after their data.",
       c.refused_messages.load());
  append_guards(out, here);
  show("delivered_total", "counter", "Recipients delivered.",
       c.delivered.load());
  show("in_doubt_total", "counter",
       "Attempts of which nobody knows whether they delivered.",
       c.in_doubt.load());
  show("deferred_total", "counter", "Attempts that deferred a recipient.",
       c.deferred.load());
  show("failed_total", "counter", "Recipients that failed or expired.",
       c.failed.load());
  show("reports_total", "counter", "Reports sent to senders.",
       c.reports.load());
  show("reports_dropped_total", "counter",
       "Reports not sent: there were too many for one address.",
       c.reports_dropped.load());
  show("dkim_signatures_total", "counter", "DKIM signatures made.",
       c.dkim_signatures.load());
  show("dkim_failures_total", "counter",
       "Messages that lack a DKIM signature they should have.",
       c.dkim_failures.load());
  show("commits_total", "counter", "Transactions committed.", c.commits.load());
  show("commit_failures_total", "counter", "Transactions that failed.",
       c.commit_failures.load());
  show("dials_total", "counter", "Outgoing connections tried.", c.dials.load());
  show("dial_failures_total", "counter", "Outgoing connections that failed.",
       c.dial_failures.load());
  append_dns(out, here);
  append_outlets(out, here);
  show("egress_lost_total", "counter",
       "Egress addresses passed over because this machine has them no more.",
       c.lost_egress.load());
  std::uint64_t messages = 0;
  std::uint64_t waiting = 0;
  std::uint64_t delivering = 0;
  for (const auto& x : here.shards) {
    messages += x->messages;
    waiting += x->waiting;
    delivering += x->delivering;
  }
  show("queue_messages", "gauge",
       "Messages that the shards hold; deferred ones due later than 20 minutes "
       "from now are in the database only.",
       messages);
  show("queue_waiting", "gauge", "Recipients of those that are not due yet.",
       waiting);
  show("queue_delivering", "gauge", "Delivery attempts under way.", delivering);
  show("actors", "gauge", "Actors alive.", here.tree.size());
  show("actor_restarts_total", "counter", "Actors started again.",
       here.tree.restarts());
  show("healthy", "gauge", "1 when taking mail.",
       trouble_of(here, lease_clock::now()).empty() ? 1 : 0);
  show("uptime_seconds", "gauge", "Since the daemon started.",
       seconds_since(here.started));
  return out.str();
}

} // namespace stagepost
