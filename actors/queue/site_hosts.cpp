#include "actors/queue/site_hosts.hpp"

#include "config/egress_plan.hpp"

namespace stagepost {

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
    out.push_back(
      {hop.host, hop.port, hop.implicit_tls, hop.user, hop.password});
  return out;
}

void adopt(const config::destination_settings& from, site& to) {
  to.connections = from.connections;
  to.messages_per_connection = from.messages_per_connection;
  to.rate = from.rate;
  to.prefer = from.prefer;
  to.by_mx = from.next_hop.empty();
  to.auth_without_tls = from.auth_without_tls;
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
