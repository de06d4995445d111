#include "actors/queue/site_hosts.hpp"

#include "actors/queue/tls_plan.hpp"
#include "config/egress_plan.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace stagepost {

namespace {

/// The hosts that the domain's policy does not list. Domains whose policies
/// differ in that must not get each other's connections.
std::string exceptions_of(const site& x) {
  std::vector<std::string> names;
  for (const auto& y : x.hosts)
    if (x.sts && !y.listed)
      names.push_back(y.name);
  if (names.empty())
    return {};
  auto out = '!' + site_name({std::move(names)}, 0, "");
  out.pop_back(); // the /
  return out;
}

std::string key_of(const site& x) {
  const auto port = x.hosts.front().port;
  const bool one_port = std::all_of(x.hosts.begin(), x.hosts.end(),
                                    [port](auto& y) { return y.port == port; });
  std::map<std::uint16_t, std::vector<std::string>> by_rank;
  for (const auto& y : x.hosts)
    by_rank[y.rank].push_back(one_port ? y.name
                                       : y.name + ':' + std::to_string(y.port));
  std::vector<std::vector<std::string>> names;
  for (auto& [rank, equals] : by_rank)
    names.push_back(std::move(equals));
  return site_name(std::move(names), one_port ? port : std::uint16_t{0},
                   policy_name(x) + exceptions_of(x));
}

void adopt(const config::destination_settings& from, site& to) {
  to.connections = from.connections;
  to.messages_per_connection = from.messages_per_connection;
  to.rate = from.rate;
  to.prefer = from.prefer;
  to.by_mx = from.next_hop.empty();
  to.auth_without_tls = from.auth_without_tls;
}

} // namespace

std::vector<std::string> own_names(const config::configuration& x) {
  std::vector<std::string> out{x.node.hostname};
  for (const auto& way : config::all_ways(x.egress))
    out.push_back(way.hostname);
  std::erase(out, "");
  return out;
}

std::vector<site::host> hosts_of(const std::vector<config::next_hop>& x) {
  std::vector<site::host> out;
  for (const auto& hop : x)
    out.push_back({hop.host, hop.port, hop.implicit_tls, hop.user, hop.password,
                   true, static_cast<std::uint16_t>(out.size())});
  return out;
}

site site_of(const config::delivery_section& delivery,
             const std::string& domain, std::vector<site::host> hosts,
             bool secure, bool sts) {
  const auto& settings = delivery.settings_for(domain);
  site out;
  out.hosts = std::move(hosts);
  adopt(settings, out);
  out.tls = site_policy(settings.tls, secure);
  out.sts = sts;
  out.key = key_of(out);
  // A domain with settings of its own never shares connections with others,
  // or the settings of whoever came first would count for all.
  if (&settings != &delivery.defaults)
    out.key += '/' + domain;
  return out;
}

std::optional<smtp::reply> verdict_on(const std::string& domain,
                                      const mx_hosts& found,
                                      const next_hops& hops) {
  if (found.status == dns_outcome::no_domain)
    return smtp::reply{
      550, {5, 1, 2}, "The domain " + domain + " does not exist"};
  if (found.status == dns_outcome::temporary)
    return smtp::reply{451,
                       {4, 4, 3},
                       "The name servers of " + domain
                         + " can't be asked: " + found.why};
  if (hops.takes_no_mail)
    return smtp::reply{
      556, {5, 1, 10}, "The domain " + domain + " takes no mail"};
  if (hops.loops)
    return loops_back("no mail host of " + domain + " is better");
  return std::nullopt;
}

smtp::reply none_has_an_address(const std::string& last) {
  return {
    550, {5, 4, 4}, "No mail host of the domain has an address (" + last + ")"};
}

smtp::reply loops_back(const std::string& where) {
  return {554, {5, 4, 6}, "Mail for this recipient comes back to us: " + where};
}

} // namespace stagepost
