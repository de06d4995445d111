#include "actors/http/live_explanation.hpp"

#include "actors/http/answer.hpp"
#include "actors/http/destinations_view.hpp"
#include "actors/http/explanation.hpp"
#include "actors/queue/listed_hosts.hpp"
#include "actors/queue/site_hosts.hpp"
#include "mail/address.hpp"
#include "mail/next_hops.hpp"
#include "mail/queue/suspension.hpp"
#include "net/local_address.hpp"
#include "net/own_sockets.hpp"

#include <algorithm>
#include <utility>

namespace stagepost {

namespace {

namespace json = boost::json;

using control_pointer = pointer<http_actor, control_state>;
using responder = local<const net::http_responder>;

constexpr std::chrono::seconds dns_limit{20};
/// Its policy may have to be fetched.
constexpr std::chrono::seconds policy_limit{40};
constexpr std::size_t most_hosts = 20;

/// Marks ways by addresses that this machine has lost, or never had.
void mark_lost(json::array& egress) {
  for (auto& way : egress) {
    const std::string ip{way.at("ip").get_string()};
    way.get_object()["here"] = ip.empty() || net::is_local_address(ip);
  }
}

/// A page that answers come for one after the other.
struct growing {
  json::object page;
  responder done;
  std::size_t open = 0; ///< Hosts whose addresses are asked for.
  std::function<void()> finish{};

  json::object& delivery() {
    return page.at("delivery").get_object();
  }
};
using growing_ptr = std::shared_ptr<growing>;

std::string given(const http_target& x, const std::string& key) {
  const auto i = x.query.find(key);
  return i == x.query.end() ? std::string{} : i->second;
}

/// What an administrator keeps such mail back with; "" if nothing does.
std::string suspended_by(const node& here, const json::object& page) {
  const std::string sender{page.at("from").get_string()};
  const auto domain
    = dns_domain_of(std::string_view{page.at("to").get_string()});
  for (const auto& shard : here.shards) {
    queue::suspensions all;
    for (const auto& x : *shard->suspended.get())
      all.add(x);
    if (const auto* found = all.of(sender, domain))
      return to_string(*found);
  }
  return {};
}

/// What the addresses of all hosts come to.
void judge_hosts(const growing_ptr& x) {
  auto& to = x->delivery();
  const auto& hops = to.at("next_hops").get_array();
  const auto lacks = [](const json::value& y) {
    const auto& dns = y.at("dns").get_string();
    return dns == to_string(dns_outcome::no_domain)
           || dns == to_string(dns_outcome::no_data);
  };
  if (!to.contains("verdict") && std::all_of(hops.begin(), hops.end(), lacks))
    to["verdict"] = smtp::to_string(none_has_an_address(
      std::string{hops[hops.size() - 1].at("host").get_string()}));
}

void on_addresses(control_pointer self, const growing_ptr& x, std::size_t n,
                  const host_addresses& found) {
  auto& hop = x->delivery().at("next_hops").get_array()[n].get_object();
  const auto port = hop.at("port").to_number<std::uint16_t>();
  json::array addresses;
  for (const auto& y : found.addresses) {
    addresses.emplace_back(y);
    if (net::is_own_socket(y, port, self->state.here->acceptors))
      hop["ourselves"] = true;
  }
  hop["addresses"] = std::move(addresses);
  hop["dns"] = to_string(found.status);
  hop["secure"] = found.secure;
  hop["why"] = found.why;
  if (--x->open != 0)
    return;
  judge_hosts(x);
  x->finish();
}

/// Asks for the addresses of all next hops.
void ask_hosts(control_pointer self, const growing_ptr& x) {
  auto& hops = x->delivery().at("next_hops").get_array();
  if (hops.size() > most_hosts)
    hops.resize(most_hosts);
  x->open = hops.size();
  if (hops.empty())
    return x->finish();
  for (std::size_t n = 0; n < hops.size(); ++n)
    self
      ->request(self->state.here->resolver.get(), dns_limit, host_atom_v,
                std::string{hops[n].at("host").get_string()})
      .then(
        [self, x, n](const host_addresses& y) { on_addresses(self, x, n, y); },
        [self, x, n](const caf::error& why) {
          host_addresses none;
          none.why = self->system().render(why);
          on_addresses(self, x, n, none);
        });
}

/// The hosts are known, all of them: so is the name that they have together.
void name_site(control_pointer self, const growing_ptr& x, bool secure,
               bool sts) {
  auto& to = x->delivery();
  std::vector<site::host> hosts;
  for (const auto& y : to.at("next_hops").get_array()) {
    const auto* preference = y.get_object().if_contains("preference");
    const auto* listed = y.get_object().if_contains("listed");
    auto& host = hosts.emplace_back();
    host.name = y.at("host").get_string();
    host.port = y.at("port").to_number<std::uint16_t>();
    host.rank = preference != nullptr
                  ? preference->to_number<std::uint16_t>()
                  : static_cast<std::uint16_t>(hosts.size() - 1);
    host.listed = listed == nullptr || listed->get_bool();
  }
  if (hosts.empty())
    return;
  const auto rules = self->state.here->in_force.get();
  to["site"] = site_of(rules->configuration.delivery,
                       std::string{to.at("domain").get_string()},
                       std::move(hosts), secure, sts)
                 .key;
}

/// What the domain's MTA-STS policy says of its hosts.
void on_policy(control_pointer self, const growing_ptr& x, bool secure,
               bool dane, const sts_rule& rule) {
  auto& to = x->delivery();
  to["mta_sts"] = rule.enforced ? "enforce" : rule.testing ? "testing" : "";
  std::vector<site::host> hosts;
  // Taken after the new member, which may move the others.
  auto& hops = to.at("next_hops").get_array();
  for (const auto& y : hops)
    hosts.push_back({std::string{y.at("host").get_string()}, 0});
  mark_listed(rule, hosts);
  if (rule.enforced || rule.testing)
    for (std::size_t i = 0; i < hosts.size(); ++i)
      hops[i].get_object()["listed"] = hosts[i].listed;
  name_site(self, x, secure, rule.enforced);
  const std::string domain{to.at("domain").get_string()};
  if (const auto why = refusal_by(rule, domain, hosts, dane))
    to["verdict"] = smtp::to_string(*why);
  ask_hosts(self, x);
}

/// Asks for that policy, where it counts.
void ask_policy(control_pointer self, const growing_ptr& x, bool secure) {
  const auto rules = self->state.here->in_force.get();
  const auto& delivery = rules->configuration.delivery;
  const std::string domain{x->delivery().at("domain").get_string()};
  const auto tls = delivery.settings_for(domain).tls;
  const bool dane = tls == config::delivery_tls::dane;
  const auto who = self->state.here->policies.get();
  if (!who || !delivery.mta_sts
      || (tls != config::delivery_tls::opportunistic && !dane)) {
    name_site(self, x, secure, false);
    return ask_hosts(self, x);
  }
  self->request(who, policy_limit, sts_atom_v, domain)
    .then([self, x, secure, dane = dane && secure](
            const sts_rule& rule) { on_policy(self, x, secure, dane, rule); },
          [self, x](const caf::error& why) {
            x->delivery()["mta_sts"]
              = "not known: " + self->system().render(why);
            ask_hosts(self, x);
          });
}

void on_mx(control_pointer self, const growing_ptr& x, const mx_hosts& found) {
  auto& to = x->delivery();
  to["dns"] = json::object{{"answer", to_string(found.status)},
                           {"ttl_s", found.ttl},
                           {"secure", found.secure},
                           {"why", found.why}};
  const std::string domain{to.at("domain").get_string()};
  const auto port = to.at("port").to_number<std::uint16_t>();
  std::vector<mail_exchanger> exchangers;
  for (const auto& y : found.hosts)
    exchangers.push_back({y.preference, y.host});
  const auto rules = self->state.here->in_force.get();
  const auto hops
    = order_hops(domain, exchangers, own_names(rules->configuration), 0);
  if (const auto why = verdict_on(domain, found, hops))
    to["verdict"] = smtp::to_string(*why);
  if (found.status == dns_outcome::no_domain
      || found.status == dns_outcome::temporary)
    return x->finish();
  to["takes_no_mail"] = hops.takes_no_mail;
  to["loops"] = hops.loops;
  auto& list = to.at("next_hops").get_array();
  for (const auto& name : hops.hosts) {
    json::object hop{{"host", name}, {"port", port}};
    for (const auto& y : exchangers)
      if (y.host == name)
        hop["preference"] = y.preference;
    list.push_back(std::move(hop));
  }
  ask_policy(self, x, found.secure);
}

void ask_mx(control_pointer self, const growing_ptr& x) {
  const std::string domain{x->delivery().at("domain").get_string()};
  if (const auto literal = literal_address(domain); !literal || *literal) {
    if (literal)
      x->delivery()
        .at("next_hops")
        .get_array()
        .push_back(json::object{
          {"host", **literal},
          {"port", x->delivery().at("port").to_number<std::uint16_t>()}});
    name_site(self, x, true, false);
    return x->finish();
  }
  self->request(self->state.here->resolver.get(), dns_limit, mx_atom_v, domain)
    .then([self, x](const mx_hosts& y) { on_mx(self, x, y); },
          [self, x](const caf::error& why) {
            mx_hosts none;
            none.why = self->system().render(why);
            on_mx(self, x, none);
          });
}

/// How the site does that the domain's mail went to last, and the end.
void add_destination(control_pointer self, const growing_ptr& x) {
  look_at_destinations(self, *self->state.here,
                       std::string{x->delivery().at("domain").get_string()},
                       [x](json::array found) {
                         x->delivery()["destinations"] = std::move(found);
                         (*x->done)(json_answer(x->page));
                       });
}

} // namespace

void explain_live(control_pointer self, const net::http_request& request,
                  const responder& done) {
  auto& here = *self->state.here;
  const auto asked = parse_target(request.target);
  const auto rules = here.in_force.get();
  const auto directory = here.domains.get();
  auto found
    = explain(rules->configuration, rules->routes,
              {given(asked, "from"), given(asked, "to"), given(asked, "client"),
               given(asked, "listener"), given(asked, "user")},
              directory.get());
  if (const auto* why = std::get_if<explanation_fault>(&found))
    return (*done)(error_answer(400, *why));
  auto x = std::make_shared<growing>();
  x->page = std::get<json::object>(std::move(found));
  x->done = done;
  if (!x->page.contains("delivery"))
    return (*done)(json_answer(x->page));
  x->finish = [self, page = std::weak_ptr{x}] {
    if (const auto whole = page.lock())
      add_destination(self, whole);
  };
  mark_lost(x->page.at("egress").get_array());
  x->delivery()["suspended"] = suspended_by(here, x->page);
  if (x->delivery().at("by_mx").get_bool())
    return ask_mx(self, x);
  name_site(self, x, true, false);
  ask_hosts(self, x);
}

} // namespace stagepost
