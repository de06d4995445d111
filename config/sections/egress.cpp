#include "config/readers.hpp"
#include "config/sections/sections.hpp"

#include <algorithm>

namespace stagepost::config {

namespace {

constexpr key<egress_rule> rule_keys[] = {
  {"domain", into<&egress_rule::domain, read_domain>, "The sender's domain.",
   true},
  {"ip", into<&egress_rule::ip, read_ip>, "The local IP address."},
  {"hostname", into<&egress_rule::hostname, read_ehlo_name>,
   "The EHLO name that goes with it."},
};

void read_rule(const yaml_value& x, egress_rule& out, report& r) {
  read_map(x, rule_keys, out, r);
  if (x.is == yaml_value::kind::map && x.find("ip") == nullptr
      && x.find("hostname") == nullptr)
    r.complain(x.at, "a rule without `ip` and `hostname` changes nothing");
}

void read_rules(const yaml_value& x, std::vector<egress_rule>& out, report& r) {
  read_list<read_rule>(x, out, r);
  for (std::size_t i = 0; i < out.size(); ++i)
    if (!out[i].domain.empty()
        && std::any_of(
          out.begin(), out.begin() + static_cast<std::ptrdiff_t>(i),
          [&](const auto& y) { return y.domain == out[i].domain; }))
      r.complain(x.items[i].at, "the sender domain " + backquoted(out[i].domain)
                                  + " has a rule already");
}

bool is_empty(const yaml_value& x) {
  return x.is != yaml_value::kind::text && x.items.empty() && x.entries.empty();
}

constexpr key<egress_section> keys[] = {
  {"default_hostname", into<&egress_section::default_hostname, read_ehlo_name>,
   "The EHLO name where no rule gives another."},
  {"addresses",
   into<&egress_section::addresses, read_list<read_ip, std::string>>,
   "Local IP addresses to choose from at random; empty = the system chooses."},
  {"rules", into<&egress_section::rules, read_rules>,
   "Address and name by sender domain."},
  {.name = "override",
   .meaning = "Who may choose the address with XEGRESS.",
   .harmless = is_empty},
};

} // namespace

void read_egress(const yaml_value& x, egress_section& out, report& r) {
  read_map(x, keys, out, r);
}

void describe_egress(std::vector<known_key>& out) {
  describe(out, "egress.", keys);
  describe(out, "egress.rules[].", rule_keys);
}

} // namespace stagepost::config
