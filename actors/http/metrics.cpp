#include "actors/http/metrics.hpp"

#include "actors/http/outlets_view.hpp"
#include "actors/http/views.hpp"
#include "actors/watch.hpp"

#include <cstdint>
#include <sstream>
#include <utility>

namespace stagepost {

namespace {

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

/// What the tables hold, once it has been counted.
void append_depth(std::ostream& out, const node& here) {
  std::ostringstream messages;
  std::ostringstream recipients;
  for (const auto& x : here.shards) {
    const auto depth = *x->depth.get();
    if (!depth.known)
      continue;
    messages << "stagepost_queue_stored_messages{shard=\"" << x->name << "\"} "
             << depth.messages << '\n';
    for (const auto& [state, n] : {std::pair{"queued", depth.queued},
                                   {"deferred", depth.deferred},
                                   {"held", depth.held}})
      recipients << "stagepost_queue_stored_recipients{shard=\"" << x->name
                 << "\",state=\"" << state << "\"} " << n << '\n';
  }
  if (messages.view().empty())
    return;
  append_head(out, "queue_stored_messages", "gauge",
              "Messages in the database, counted at most once a minute.");
  out << messages.str();
  append_head(out, "queue_stored_recipients", "gauge",
              "Recipients in the database, by state, counted likewise.");
  out << recipients.str();
}

} // namespace

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
  append_depth(out, here);
  show("actors", "gauge", "Actors alive.", here.tree.size());
  show("actor_restarts_total", "counter", "Actors started again.",
       here.tree.restarts());
  show("healthy", "gauge", "1 when taking mail.",
       trouble_of(here, lease_clock::now()).empty() ? 1 : 0);
  show("uptime_seconds", "gauge", "Since the daemon started.", uptime_of(here));
  return out.str();
}

} // namespace stagepost
