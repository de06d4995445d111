#include "actors/http/explanation.hpp"

#include "actors/routes.hpp"
#include "config/egress_plan.hpp"
#include "mail/address.hpp"
#include "mail/ip_address.hpp"

#include <algorithm>
#include <utility>

namespace stagepost {

namespace {

namespace json = boost::json;

const char* name_of(config::outlet_type x) {
  switch (x) {
    case config::outlet_type::queue:
      return "queue";
    case config::outlet_type::http:
      return "http";
    case config::outlet_type::command:
      return "command";
    case config::outlet_type::discard:
      return "discard";
  }
  return "";
}

const char* name_of(config::delivery_tls x) {
  switch (x) {
    case config::delivery_tls::none:
      return "none";
    case config::delivery_tls::opportunistic:
      return "opportunistic";
    case config::delivery_tls::required:
      return "required";
    case config::delivery_tls::verified:
      return "verified";
    case config::delivery_tls::dane:
      return "dane";
  }
  return "";
}

bool takes_mail(const config::listener& x) {
  return x.protocol != config::listener_protocol::http;
}

/// @returns What is wrong with it; "" if nothing is.
explanation_fault complete(const config::configuration& config,
                           explained_mail& x) {
  if (x.from == "<>")
    x.from.clear();
  for (auto* address : {&x.from, &x.to}) {
    if (address == &x.from && address->empty())
      continue;
    const auto parsed = parse_mailbox(*address, alphabet::utf8);
    if (!parsed)
      return '`' + *address + "` is no address";
    *address = parsed->text();
  }
  if (!x.client.empty() && !is_ip_address(x.client))
    return '`' + x.client + "` is no IP address";
  if (x.listener.empty()) {
    const auto first = std::ranges::find_if(config.listeners, takes_mail);
    if (first != config.listeners.end())
      x.listener = first->name;
    return {};
  }
  if (std::ranges::none_of(config.listeners, [&](const auto& y) {
        return takes_mail(y) && y.name == x.listener;
      }))
    return "there is no listener `" + x.listener + "` that takes mail";
  return {};
}

json::array findings(const config::configuration& config,
                     const std::vector<config::route_finding>& found) {
  json::array out;
  std::int64_t number = 0;
  for (const auto& x : found)
    out.push_back(
      json::object{{"number", ++number},
                   {"place", x.by->file + ':' + std::to_string(x.by->line)},
                   {"to", x.by->to},
                   {"matched", x.matched},
                   {"why", x.why}});
  for (auto i = found.size(); i < config.routes.size(); ++i)
    out.push_back(
      json::object{{"number", ++number},
                   {"place", config.routes[i].file + ':'
                               + std::to_string(config.routes[i].line)},
                   {"to", config.routes[i].to},
                   {"matched", nullptr},
                   {"why", found.back().matched ? "an earlier one decided"
                                                : "an earlier one is open"}});
  return out;
}

json::object outlet_view(const config::outlet& x) {
  json::object out{{"outlet", x.name}, {"type", name_of(x.type)}};
  if (x.type == config::outlet_type::http)
    out["url"] = x.http.url;
  if (x.type == config::outlet_type::command)
    out["run"] = json::value_from(x.command.run);
  if (!x.fallback.empty())
    out["fallback"] = x.fallback;
  return out;
}

/// How the queue would go about it.
json::object delivery(const config::delivery_section& section,
                      const std::string& domain) {
  const auto& settings = section.settings_for(domain);
  json::array hops;
  for (const auto& x : settings.next_hop)
    hops.push_back(json::object{{"host", x.host}, {"port", x.port}});
  return {{"domain", domain},
          {"settings", &settings == &section.defaults
                         ? std::string{"the defaults"}
                         : "delivery.domains." + domain},
          {"by_mx", settings.next_hop.empty()},
          {"next_hops", std::move(hops)},
          {"port", section.port},
          {"connections", settings.connections},
          {"messages_per_connection", settings.messages_per_connection},
          {"rate", settings.rate},
          {"tls", name_of(settings.tls)},
          {"expire_s", section.expire.count()}};
}

/// The ways it may leave, the best one first.
json::array egress(const config::configuration& config,
                   const explained_mail& x) {
  config::egress_facts facts;
  facts.domain = dns_domain_of(x.from);
  facts.user = x.user;
  // Where the listener has one address, that is where such mail comes in.
  const auto door
    = std::ranges::find(config.listeners, x.listener, &config::listener::name);
  if (door != config.listeners.end()) {
    const auto& at = door->address.host;
    if (is_ip_address(at) && at != "0.0.0.0" && at != "::")
      facts.arrival_ip = short_ip(at);
  }
  json::array out;
  for (const auto& way : config::egress_plan{config.egress}.ways(facts))
    out.push_back(json::object{{"ip", way.ip}, {"hostname", way.hostname}});
  return out;
}

} // namespace

std::variant<json::object, explanation_fault>
explain(const config::configuration& config, const config::router& routes,
        const explained_mail& given, const local_domains* directory) {
  auto x = given;
  if (auto why = complete(config, x); !why.empty())
    return why;
  const config::route_facts facts{x.listener, x.client, x.from,
                                  x.to,       x.user,   directory};
  json::object out{{"from", x.from},
                   {"to", x.to},
                   {"listener", x.listener},
                   {"client", x.client},
                   {"user", x.user}};
  out["routes"] = findings(config, routes.explain(facts));
  const auto by = routes.decide(facts);
  if (const auto refused = route_refusal(by, x.to, x.user)) {
    out["outcome"] = json::object{{"reply", smtp::to_string(*refused)}};
    return out;
  }
  out["outcome"] = outlet_view(*by.to);
  if (by.to->type == config::outlet_type::queue) {
    out["delivery"] = delivery(config.delivery, dns_domain_of(x.to));
    out["egress"] = egress(config, x);
  }
  return out;
}

} // namespace stagepost
