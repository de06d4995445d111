#include "config/configuration.hpp"

#include "config/checker.hpp"
#include "config/host_name.hpp"
#include "config/report.hpp"
#include "config/sections/sections.hpp"
#include "config/source.hpp"

namespace stagepost::config {

namespace {

using c = configuration;

void read_every_listener(const yaml_value& x, c& out, report& r) {
  read_listeners(x, out.limits, out.listeners, r);
}

bool is_empty(const yaml_value& x) {
  return x.is != yaml_value::kind::text && x.items.empty() && x.entries.empty();
}

/// In the order of reading: listeners begin with a copy of the limits.
constexpr key<c> sections[] = {
  {"node", into<&c::node, read_node>, "This machine."},
  {"storage", into<&c::storage, read_storage>, "Where mail is kept."},
  {"tls", into<&c::tls, read_tls>, "Certificates."},
  {"limits", into<&c::limits, read_limits>, "What clients may use up."},
  {"listeners", read_every_listener, "Where clients connect."},
  {"auth", into<&c::auth, read_auth>, "Where credentials are checked."},
  {"routes", into<&c::routes, read_routes>,
   "Where a recipient's mail goes; the first match decides."},
  {"outlets", into<&c::outlets, read_outlets>, "What routes lead to."},
  {"delivery", into<&c::delivery, read_delivery>,
   "How mail is brought to other servers."},
  {"egress", into<&c::egress, read_egress>, "From which address it leaves."},
  {"dkim", into<&c::dkim, read_dkim>, "Who signs what is sent (RFC 6376)."},
  {"dns", into<&c::dns, read_dns>, "How names are looked up."},
  {.name = "cluster",
   .meaning = "How several machines work as one.",
   .harmless = is_empty},
};

/// What a default says depends on the machine or on another key.
void fill_in(c& out) {
  if (out.node.name.empty())
    out.node.name = machine_name();
  if (out.node.hostname.empty())
    out.node.hostname = machine_name();
  if (out.egress.default_hostname.empty())
    out.egress.default_hostname = out.node.hostname;
}

} // namespace

std::variant<configuration, std::vector<problem>>
read_file(const std::string& path,
          const std::map<std::string, std::string>& environment) {
  report r;
  const auto source = read_source(path, environment, r);
  configuration out;
  read_map(source, sections, out, r);
  // With a file unread, everything that it defines would seem to be missing.
  if (r.whole())
    check(out, source, r);
  if (!r.clean())
    return r.problems();
  fill_in(out);
  return out;
}

std::vector<known_key> known_keys() {
  std::vector<known_key> out;
  describe(out, "", sections);
  describe_node(out);
  describe_storage(out);
  describe_tls(out);
  describe_limits(out);
  describe_listeners(out);
  describe_auth(out);
  describe_routes(out);
  describe_outlets(out);
  describe_delivery(out);
  describe_egress(out);
  describe_dkim(out);
  describe_dns(out);
  return out;
}

} // namespace stagepost::config
