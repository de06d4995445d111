#include "actors/announce.hpp"

#include "actors/http/control.hpp"
#include "actors/node.hpp"
#include "actors/runtime/log.hpp"
#include "config/egress_plan.hpp"
#include "net/local_address.hpp"

namespace stagepost {

std::string address_with_port(const std::string& host, std::uint16_t port) {
  const bool v6 = host.find(':') != std::string::npos;
  return (v6 ? '[' + host + ']' : host) + ':' + std::to_string(port);
}

std::string local_address(const std::string& host, std::uint16_t port) {
  if (host == "0.0.0.0")
    return address_with_port("127.0.0.1", port);
  return address_with_port(host == "::" ? "::1" : host, port);
}

namespace {

/// What swaks needs where nobody may send mail who has not logged in.
std::string login_options(const config::listener& x) {
  if (x.auth != config::listener_auth::required)
    return {};
  const auto* tls = x.tls == config::listener_tls::starttls   ? " --tls"
                    : x.tls == config::listener_tls::implicit ? " --tlsc"
                                                              : "";
  return std::string{tls} + " --auth PLAIN --auth-user NAME";
}

} // namespace

void announce(const node& here) {
  std::string example;
  for (std::size_t i = 0; i < here.acceptors.size(); ++i) {
    const auto& x = here.configuration.listeners[i];
    if (!here.acceptors[i])
      continue;
    const auto port = here.acceptors[i]->local().port();
    const bool http = x.protocol == config::listener_protocol::http;
    log::info(http ? "http" : "smtp", "listening",
              {{"listener", x.name},
               {"address", address_with_port(x.address.host, port)}});
    if (x.protocol == config::listener_protocol::smtp && example.empty())
      example = "swaks --server " + local_address(x.address.host, port)
                + " --to you@example.com" + login_options(x);
  }
  for (const auto& x :
       config::all_ways(here.in_force.get()->configuration.egress))
    if (!x.ip.empty() && !net::is_local_address(x.ip))
      log::warning("node", "egress address missing",
                   {{"ip", x.ip},
                    {"next", "mail that is to leave by it waits, or takes "
                             "another of its pool; see `egress`"}});
  log::info(
    "node", "ready",
    {{"name", here.configuration.node.name},
     {"threads", here.loops->size()},
     {"control", here.stores() ? control_socket(here.configuration.node) : ""},
     {"try", example}});
  log::flush();
}

} // namespace stagepost
