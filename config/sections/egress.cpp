#include "config/ip.hpp"
#include "config/readers.hpp"
#include "config/sections/sections.hpp"

#include <algorithm>

namespace stagepost::config {

namespace {

using texts = std::vector<std::string>;

/// One address, or one of each family.
void read_ips(const yaml_value& x, texts& out, report& r) {
  read_one_or_list<read_ip>(x, out, r);
  const auto is_v6 = [](const std::string& ip) {
    const auto parsed = parse_ip(ip);
    return parsed && parsed->v6;
  };
  if (out.size() > 2
      || (out.size() == 2 && !out[0].empty() && !out[1].empty()
          && is_v6(out[0]) == is_v6(out[1])))
    r.complain(x.at, r.subject()
                       + " has one IPv4 and one IPv6 address at most; several "
                         "of a kind make a pool");
}

/// A login name, as `auth` has it.
void read_user(const yaml_value& x, std::string& out, report& r) {
  if (const auto* text = want_text(x, r, "a user's name"))
    out = *text;
}

constexpr std::string_view name_meaning
  = "The name that goes with it, in EHLO and `Received`.";

constexpr key<egress_member> member_keys[] = {
  {"ip", into<&egress_member::ip, read_ips>,
   "The local IP address, or one of each family.", true},
  {"hostname", into<&egress_member::hostname, read_ehlo_name>, name_meaning},
  {"weight", into<&egress_member::weight, count{0, 1000}>,
   "Its share; 0 = only while no other can be used."},
};

void read_member(const yaml_value& x, egress_member& out, report& r) {
  read_map(x, member_keys, out, r);
}

void read_pools(const yaml_value& x,
                std::map<std::string, std::vector<egress_member>>& out,
                report& r) {
  if (!want_map(x, r))
    return;
  for (const auto& entry : x.entries) {
    const report::scope in(r, entry.key);
    if (!is_name(entry.key))
      r.complain(entry.at, "a pool's name has up to 63 letters, digits, `.`, "
                           "`_` and `-`");
    auto& pool = out[entry.key];
    read_list<read_member>(entry.value, pool, r);
    if (entry.value.items.empty())
      r.complain(entry.at,
                 "the pool " + backquoted(entry.key) + " has no address");
  }
}

constexpr key<egress_rule> rule_keys[] = {
  {"domain",
   into<&egress_rule::domain,
        read_one_or_list<read_domain_pattern, std::string>>,
   "The sender's domain, or `*.` and it for those below."},
  {"arrival_ip",
   into<&egress_rule::arrival_ip, read_one_or_list<read_ip, std::string>>,
   "The local IP address that the message came in on."},
  {"user", into<&egress_rule::user, read_one_or_list<read_user, std::string>>,
   "Who logged in."},
  {"ip", into<&egress_rule::ip, read_ips>,
   "The local IP address, or one of each family."},
  {"hostname", into<&egress_rule::hostname, read_ehlo_name>, name_meaning},
  {"pool", into<&egress_rule::pool, read_name>,
   "Instead of both: a pool, of which each message has one address."},
};

void read_rule(const yaml_value& x, egress_rule& out, report& r) {
  read_map(x, rule_keys, out, r);
  const auto has = [&](std::string_view key) { return x.find(key) != nullptr; };
  if (x.is != yaml_value::kind::map)
    return;
  if (!has("ip") && !has("hostname") && !has("pool"))
    r.complain(x.at,
               "a rule without `ip`, `hostname` and `pool` changes nothing");
  if (has("pool") && (has("ip") || has("hostname")))
    r.complain(x.at, "a rule with a `pool` has its addresses and names there, "
                     "and no `ip` or `hostname`");
}

/// For whom a rule is, without where to.
egress_rule condition(egress_rule x) {
  x.ip.clear();
  x.hostname.clear();
  x.pool.clear();
  return x;
}

void read_rules(const yaml_value& x, std::vector<egress_rule>& out, report& r) {
  read_list<read_rule>(x, out, r);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto mine = condition(out[i]);
    if (mine == egress_rule{} && i + 1 < out.size()
        && x.items[i].is == yaml_value::kind::map)
      r.complain(x.items[i].at, "a rule without a condition matches all mail: "
                                "those after it are never looked at");
    else if (mine != egress_rule{}
             && std::any_of(
               out.begin(), out.begin() + static_cast<std::ptrdiff_t>(i),
               [&](const auto& y) { return condition(y) == mine; }))
      r.complain(x.items[i].at, "a rule before it has the same condition");
  }
}

constexpr key<egress_override> override_keys[] = {
  {"listeners",
   into<&egress_override::listeners, read_one_or_list<read_name, std::string>>,
   "All clients of these listeners may."},
  {"users",
   into<&egress_override::users, read_one_or_list<read_user, std::string>>,
   "Who logged in as one of these may."},
};

void read_override(const yaml_value& x, egress_override& out, report& r) {
  read_map(x, override_keys, out, r);
}

constexpr key<egress_section> keys[] = {
  {"default_hostname", into<&egress_section::default_hostname, read_ehlo_name>,
   "The EHLO name where no rule gives another."},
  {"addresses",
   into<&egress_section::addresses, read_list<read_ip, std::string>>,
   "Local IP addresses to choose from at random; empty = the system chooses."},
  {"pools", into<&egress_section::pools, read_pools>,
   "Addresses by name, which rules share out by weight."},
  {"rules", into<&egress_section::rules, read_rules>,
   "Address and name by sender; the first match decides."},
  {"override", into<&egress_section::choosers, read_override>,
   "Who may choose address and name with XEGRESS."},
};

} // namespace

void read_egress(const yaml_value& x, egress_section& out, report& r) {
  read_map(x, keys, out, r);
}

void describe_egress(std::vector<known_key>& out) {
  describe(out, "egress.", keys);
  describe(out, "egress.pools.*[].", member_keys);
  describe(out, "egress.rules[].", rule_keys);
  describe(out, "egress.override.", override_keys);
}

} // namespace stagepost::config
