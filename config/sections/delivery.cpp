#include "config/endpoint.hpp"
#include "config/host_name.hpp"
#include "config/readers.hpp"
#include "config/sections/sections.hpp"

#include <algorithm>

namespace stagepost::config {

namespace {

using kind = yaml_value::kind;

constexpr choice<delivery_tls> tls_policies[]
  = {{"none", delivery_tls::none},
     {"opportunistic", delivery_tls::opportunistic},
     {"required", delivery_tls::required},
     {"dane", std::nullopt}};

constexpr choice<report_content> report_contents[]
  = {{"headers", report_content::headers}, {"full", report_content::full}};

void read_policy(const yaml_value& x, delivery_tls& out, report& r) {
  read_choice(x, tls_policies, out, r, "delivery tls");
}

void read_report_content(const yaml_value& x, report_content& out, report& r) {
  read_choice(x, report_contents, out, r, "delivery report");
}

constexpr std::string_view wanted_hop
  = "`mx`, or smart hosts such as [smtp://relay.example.com:25]";

void read_hop(const yaml_value& x, next_hop& out, report& r) {
  const auto* text = want_text(x, r, wanted_hop);
  if (text == nullptr)
    return;
  if (const auto hop = parse_next_hop(*text))
    out = *hop;
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
  = "none, opportunistic (if offered), or required.";

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
  {"expire", into<&section::expire, time{1, 365 * day}>,
   "How long delivery is tried before the sender gets a report."},
  {"warn_after", into<&section::warn_after, time{0, 365 * day}>,
   "When the sender is told of the delay; 0 = never."},
  {"report", into<&section::report, read_report_content>,
   "What the report of a failure returns of the message: headers, or full."},
  {"connections", into_defaults<&settings::connections, connection_limits>,
   connections_meaning},
  {"messages_per_connection",
   into_defaults<&settings::messages_per_connection, message_limits>,
   messages_meaning},
  {"rate", into_defaults<&settings::rate, rate_limits>, rate_meaning},
  {"tls", into_defaults<&settings::tls, read_policy>, tls_meaning},
  {"port", into<&section::port, count{1, 65'535}>,
   "The port of hosts found by MX."},
  {"domains", read_domains, "Settings of single recipient domains."},
};

} // namespace

void read_delivery(const yaml_value& x, delivery_section& out, report& r) {
  read_map(x, keys, out, r);
}

void describe_delivery(std::vector<known_key>& out) {
  describe(out, "delivery.", keys);
  describe(out, "delivery.domains.*.", domain_keys);
}

const destination_settings&
delivery_section::settings_for(const std::string& domain) const {
  const auto i = domains.find(lower(domain));
  return i == domains.end() ? defaults : i->second;
}

} // namespace stagepost::config
