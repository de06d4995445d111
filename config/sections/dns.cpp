#include "config/endpoint.hpp"
#include "config/host_name.hpp"
#include "config/readable_file.hpp"
#include "config/readers.hpp"
#include "config/sections/sections.hpp"

namespace stagepost::config {

namespace {

void read_server(const yaml_value& x, std::string& out, report& r) {
  constexpr std::string_view wanted
    = "IP addresses such as 192.0.2.53, with a port 127.0.0.1@5353";
  if (const auto* text = want_text(x, r, wanted)) {
    if (is_dns_server(*text))
      out = *text;
    else
      refuse(x, r, wanted);
  }
}

void read_hosts(const yaml_value& x,
                std::map<std::string, std::vector<std::string>>& out,
                report& r) {
  if (!want_map(x, r))
    return;
  for (const auto& entry : x.entries) {
    const report::scope in(r, entry.key);
    if (!is_domain(entry.key))
      r.complain(entry.at, backquoted(entry.key) + " is no host name");
    const auto [i, is_new] = out.try_emplace(lower(entry.key));
    if (!is_new)
      r.complain(entry.at,
                 "the host " + backquoted(entry.key) + " stands here twice");
    read_one_or_list<read_ip>(entry.value, i->second, r);
    if (entry.value.is == yaml_value::kind::empty
        || (entry.value.is == yaml_value::kind::list && i->second.empty()))
      r.complain(entry.value.at, "a host without addresses");
  }
}

void read_anchor(const yaml_value& x, std::string& out, report& r) {
  if (x.is == yaml_value::kind::text && x.text == "none")
    out = x.text;
  else
    read_readable_file(x, out, r, "a file with trust anchors, or none");
}

constexpr key<dns_section> keys[] = {
  {"servers", into<&dns_section::servers, read_list<read_server, std::string>>,
   "The servers to ask; empty = the system's."},
  {"hosts", into<&dns_section::hosts, read_hosts>,
   "Fixed answers: a name with its address or addresses."},
  {"trust_anchor", into<&dns_section::trust_anchor, read_anchor>,
   "File with the keys that DNSSEC begins with, or none."},
};

} // namespace

void read_dns(const yaml_value& x, dns_section& out, report& r) {
  read_map(x, keys, out, r);
}

void describe_dns(std::vector<known_key>& out) {
  describe(out, "dns.", keys);
}

} // namespace stagepost::config
