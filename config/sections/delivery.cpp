#include "config/endpoint.hpp"
#include "config/host_name.hpp"
#include "config/readable_file.hpp"
#include "config/readers.hpp"
#include "config/sections/sections.hpp"
#include "mail/address.hpp"

#include <algorithm>

namespace stagepost::config {

namespace {

using kind = yaml_value::kind;

constexpr choice<delivery_tls> tls_policies[]
  = {{"none", delivery_tls::none},
     {"opportunistic", delivery_tls::opportunistic},
     {"required", delivery_tls::required},
     {"verified", delivery_tls::verified},
     {"dane", delivery_tls::dane}};

constexpr choice<report_content> report_contents[]
  = {{"headers", report_content::headers}, {"full", report_content::full}};

using fairness = queue::fair_by;

constexpr choice<fairness> fairnesses[]
  = {{"sender_domain", fairness::sender_domain}, {"user", fairness::user}};

void read_fairness(const yaml_value& x, fairness& out, report& r) {
  read_choice(x, fairnesses, out, r, "delivery fair_by");
}

void read_copy_address(const yaml_value& x, std::string& out, report& r) {
  constexpr std::string_view wanted
    = "an address such as postmaster@example.com";
  const auto* text = want_text(x, r, wanted);
  if (text == nullptr)
    return;
  if (text->empty() || parse_mailbox(*text))
    out = *text;
  else
    refuse(x, r, wanted);
}

void read_policy(const yaml_value& x, delivery_tls& out, report& r) {
  read_choice(x, tls_policies, out, r, "delivery tls");
}

constexpr choice<in_doubt_policy> in_doubt_policies[]
  = {{"retry", in_doubt_policy::retry}, {"hold", in_doubt_policy::hold}};

void read_in_doubt(const yaml_value& x, in_doubt_policy& out, report& r) {
  read_choice(x, in_doubt_policies, out, r, "policy in doubt");
}

void read_report_content(const yaml_value& x, report_content& out, report& r) {
  read_choice(x, report_contents, out, r, "delivery report");
}

constexpr std::string_view wanted_hop
  = "`mx`, or smart hosts such as [smtp://relay.example.com:25]";

constexpr choice<address_preference> preferences[]
  = {{"any", address_preference::any},
     {"ipv6", address_preference::ipv6},
     {"ipv4", address_preference::ipv4},
     {"ipv6_only", address_preference::ipv6_only},
     {"ipv4_only", address_preference::ipv4_only}};

void read_preference(const yaml_value& x, address_preference& out, report& r) {
  read_choice(x, preferences, out, r, "address preference");
}

void read_hop(const yaml_value& x, next_hop& out, report& r) {
  const auto* text = want_text(x, r, wanted_hop);
  if (text == nullptr)
    return;
  if (auto hop = parse_next_hop(*text))
    out = *std::move(hop);
  else if (text->find('@') != std::string::npos) // a password is not repeated
    r.complain(x.at, r.subject()
                       + " can't be read: with a login it is such as "
                         "smtps://user:password@relay.example.com:465, with "
                         "%XX for what is not a letter or digit there");
  else if (hop.error() == format_errc::out_of_range)
    r.complain(x.at,
               "the port of " + backquoted(*text) + " must be from 1 to 65535");
  else
    refuse(x, r, wanted_hop);
}

void read_hops(const yaml_value& x, std::vector<next_hop>& out, report& r) {
  if (x.is == kind::text && x.text == "mx")
    out.clear();
  else if (x.is == kind::text || (x.is == kind::list && !x.items.empty()))
    read_one_or_list<read_hop>(x, out, r);
  else
    refuse(x, r, wanted_hop);
}

void read_retry(const yaml_value& x, retry_schedule& out, report& r) {
  constexpr std::string_view wanted
    = "waits such as 1m,5m*2,15m,1h*4,4h (units: s, m, h, d)";
  const auto* text = want_text(x, r, wanted);
  if (text == nullptr)
    return;
  if (auto schedule = retry_schedule::parse(*text))
    out = *std::move(schedule);
  else if (schedule.error() == format_errc::out_of_range)
    r.complain(x.at, "`retry` can't be " + backquoted(*text)
                       + ": up to 1,000 waits of 1s to 30d each");
  else
    refuse(x, r, wanted);
}

constexpr std::string_view hop_meaning
  = "Where mail goes: `mx`, or smart hosts in order.";
constexpr std::string_view connections_meaning
  = "Connections to one destination at a time; 0 = no limit.";
constexpr std::string_view messages_meaning
  = "Messages over one connection, then it closes.";
constexpr std::string_view rate_meaning
  = "Messages a second to one destination; 0 = no limit.";
constexpr std::string_view tls_meaning
  = "none, opportunistic (if offered), required, verified, or dane.";
constexpr std::string_view prefer_meaning
  = "Of a host's addresses: any, ipv6, ipv4, ipv6_only, or ipv4_only.";
constexpr std::string_view clear_meaning
  = "Passwords go to smart hosts without TLS, too.";

using settings = destination_settings;

constexpr count connection_limits{0, 10'000};
constexpr count message_limits{1, 1'000'000};
constexpr count rate_limits{0, 1'000'000};

constexpr key<settings> domain_keys[] = {
  {"next_hop", into<&settings::next_hop, read_hops>, hop_meaning},
  {"connections", into<&settings::connections, connection_limits>,
   connections_meaning},
  {"messages_per_connection",
   into<&settings::messages_per_connection, message_limits>, messages_meaning},
  {"rate", into<&settings::rate, rate_limits>, rate_meaning},
  {"tls", into<&settings::tls, read_policy>, tls_meaning},
  {"prefer", into<&settings::prefer, read_preference>, prefer_meaning},
  {"auth_without_tls", into<&settings::auth_without_tls, read_flag>,
   clear_meaning},
};

/// Each domain begins with a copy of the section's own settings, which the
/// table therefore reads first.
void read_domains(const yaml_value& x, delivery_section& out, report& r) {
  if (!want_map(x, r))
    return;
  for (const auto& entry : x.entries) {
    const report::scope in(r, entry.key);
    const auto name = lower(entry.key);
    if (!is_domain(name))
      r.complain(entry.at, backquoted(entry.key) + " is no domain");
    const auto [i, is_new] = out.domains.emplace(name, out.defaults);
    if (!is_new)
      r.complain(entry.at,
                 "the domain " + backquoted(entry.key) + " stands here twice");
    read_map(entry.value, domain_keys, i->second, r);
  }
}

using timeouts = delivery_timeouts;

/// Long enough for whoever wants to wait, and never for ever.
constexpr time wait{1, 3600};

constexpr key<timeouts> timeout_keys[] = {
  {"connect", into<&timeouts::connect, wait>, "To make a connection."},
  {"greeting", into<&timeouts::greeting, wait>, "To greet us."},
  {"command", into<&timeouts::command, wait>,
   "To answer a command; for the TLS handshake too."},
  {"data", into<&timeouts::data, wait>, "To answer DATA."},
  {"content", into<&timeouts::content, wait>,
   "To take each piece of the content."},
  {"dot", into<&timeouts::dot, wait>, "To answer the whole content."},
};

void read_timeouts(const yaml_value& x, timeouts& out, report& r) {
  read_map(x, timeout_keys, out, r);
}

/// Makes `key::read` of a setting that domains may have of their own.
template <auto Member, auto Read>
constexpr auto into_defaults
  = [](const yaml_value& x, delivery_section& out, report& r) {
      Read(x, out.defaults.*Member, r);
    };

using section = delivery_section;
constexpr seconds::rep day = 24 * 3600;

constexpr key<section> keys[] = {
  {"next_hop", into_defaults<&settings::next_hop, read_hops>, hop_meaning},
  {"retry", into<&section::retry, read_retry>,
   "The waits between attempts; the last one repeats."},
  {"retry_jitter", into<&section::retry_jitter, count{0, 100}>,
   "By up to so many per cent a wait of `retry` gets longer."},
  {"probe", into<&section::probe, time{1, day}>,
   "The longest wait between probes of a destination that can't be reached."},
  {"fair_by", into<&section::fair_by, read_fairness>,
   "Who takes turns at a destination: each sender_domain, or each user."},
  {"expire", into<&section::expire, time{1, 365 * day}>,
   "How long delivery is tried before the sender gets a report."},
  {"warn_after", into<&section::warn_after, time{0, 365 * day}>,
   "When the sender is told of the delay; 0 = never."},
  {"report", into<&section::report, read_report_content>,
   "What the report of a failure returns of the message: headers, or full."},
  {"reports_per_minute",
   into<&section::reports_per_minute, count{0, 1'000'000}>,
   "Reports a minute to one address; 0 = no limit."},
  {"postmaster_copy", into<&section::postmaster_copy, read_copy_address>,
   "Who gets a copy of each report of a failure."},
  {"connections", into_defaults<&settings::connections, connection_limits>,
   connections_meaning},
  {"messages_per_connection",
   into_defaults<&settings::messages_per_connection, message_limits>,
   messages_meaning},
  {"rate", into_defaults<&settings::rate, rate_limits>, rate_meaning},
  {"tls", into_defaults<&settings::tls, read_policy>, tls_meaning},
  {"prefer", into_defaults<&settings::prefer, read_preference>, prefer_meaning},
  {"auth_without_tls", into_defaults<&settings::auth_without_tls, read_flag>,
   clear_meaning},
  {"port", into<&section::port, count{1, 65'535}>,
   "The port of hosts found by MX."},
  {"in_doubt", into<&section::in_doubt, read_in_doubt>,
   "What was sent whole and not answered: retry, or hold."},
  {"timeouts", into<&section::timeouts, read_timeouts>,
   "How long a server may take for what."},
  {"mta_sts", into<&section::mta_sts, read_flag>,
   "Keep to the MTA-STS policies of domains."},
  {"mta_sts_port", into<&section::mta_sts_port, count{1, 65'535}>,
   "The port of the hosts that serve policies."},
  {"ca_file", into<&section::ca_file, read_pem>,
   "Authorities for servers' certificates; unset = the system's."},
  {"domains", read_domains, "Settings of single recipient domains."},
};

} // namespace

void read_delivery(const yaml_value& x, delivery_section& out, report& r) {
  read_map(x, keys, out, r);
}

void describe_delivery(std::vector<known_key>& out) {
  describe(out, "delivery.", keys);
  describe(out, "delivery.domains.*.", domain_keys);
  describe(out, "delivery.timeouts.", timeout_keys);
}

const destination_settings&
delivery_section::settings_for(const std::string& domain) const {
  const auto i = domains.find(lower(domain));
  return i == domains.end() ? defaults : i->second;
}

} // namespace stagepost::config
