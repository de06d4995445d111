#include "config/checker.hpp"

#include "config/access_checker.hpp"
#include "config/egress_checker.hpp"
#include "config/ip.hpp"
#include "config/known_names.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace stagepost::config {

namespace {

/// The n-th item of a section that is a list.
const yaml_value& item(const yaml_value& source, std::string_view section,
                       std::size_t n) {
  return source.find(section)->value.items.at(n);
}

/// The value of one of an item's keys, or the item where it has none.
place at(const yaml_value& item, std::string_view key) {
  const auto* entry = item.find(key);
  return entry == nullptr ? item.at : entry->value.at;
}

void check_shards(const configuration& config, const yaml_value& source,
                  report& r) {
  const auto* storage = source.find("storage");
  const auto* shards
    = storage == nullptr ? nullptr : storage->value.find("shards");
  if (shards == nullptr)
    return;
  std::map<std::string, int> seen;
  for (std::size_t i = 0; i < config.storage.shards.size(); ++i) {
    const auto& name = config.storage.shards[i].name;
    const auto where = at(shards->value.items.at(i), "name");
    const auto [first, is_new] = seen.emplace(name, where.line);
    if (!name.empty() && !is_new)
      r.complain(where, "shard " + backquoted(name) + " stands in line "
                          + std::to_string(first->second) + " already");
  }
}

bool same(const endpoint& a, const endpoint& b) {
  return a.port != 0 && a.port == b.port
         && parse_ip(a.host) == parse_ip(b.host);
}

void check_listeners(const configuration& config, const yaml_value& source,
                     report& r) {
  const auto& roles = config.node.roles;
  const bool only_queue = std::all_of(roles.begin(), roles.end(),
                                      [](auto x) { return x == role::queue; });
  if (config.listeners.empty() && !only_queue) {
    const auto* section = source.find("listeners");
    r.complain(
      section == nullptr ? source.at : section->at,
      "`listeners` is missing or empty: nothing could reach this node");
  }
  for (std::size_t i = 0; i < config.listeners.size(); ++i) {
    const auto& x = config.listeners[i];
    const auto& from = item(source, "listeners", i);
    for (std::size_t j = 0; j < i; ++j) {
      const auto& y = config.listeners[j];
      const auto line
        = std::to_string(item(source, "listeners", j).at.line) + " already";
      if (!x.name.empty() && x.name == y.name)
        r.complain(at(from, "name"), "listener " + backquoted(x.name)
                                       + " stands in line " + line);
      if (same(x.address, y.address))
        r.complain(at(from, "address"),
                   "the listener in line " + line + " has this address");
    }
    if (x.tls != listener_tls::none && config.tls.certificates.empty())
      r.complain(at(from, "tls"), "listener " + backquoted(x.name)
                                    + " needs a certificate: add one to "
                                      "`tls.certificates`");
    check_access(x, config, from, r);
  }
}

/// Every fallback is an outlet, and none leads back to where it came from.
void check_fallbacks(const configuration& config, const yaml_value& source,
                     report& r) {
  std::vector<std::string_view> names;
  for (const auto& x : config.outlets)
    names.push_back(x.name);
  const auto* section = source.find("outlets");
  for (std::size_t i = 0; i < config.outlets.size(); ++i) {
    const auto& x = config.outlets[i];
    if (x.fallback.empty() || section == nullptr)
      continue;
    const auto where = at(section->value.entries[i].value, "fallback");
    auto next = x.fallback;
    for (std::size_t step = 0; !next.empty(); ++step) {
      const auto found
        = std::find_if(config.outlets.begin(), config.outlets.end(),
                       [&next](const auto& y) { return y.name == next; });
      if (found == config.outlets.end()) {
        if (step == 0)
          r.complain(where, no_such("outlet", next, names));
        break;
      }
      if (next == x.name || step > config.outlets.size()) {
        r.complain(where, "outlet " + backquoted(x.name)
                            + " falls back to itself in the end");
        break;
      }
      next = found->fallback;
    }
  }
}

void check_routes(const configuration& config, const yaml_value& source,
                  report& r) {
  std::vector<std::string_view> outlets{"reject"};
  for (const auto& x : config.outlets)
    outlets.push_back(x.name);
  const auto listeners = mail_listeners_of(config);
  const auto users = users_of(config);
  const auto has = [](const auto& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  for (std::size_t i = 0; i < config.routes.size(); ++i) {
    const auto& x = config.routes[i];
    const auto& from = item(source, "routes", i);
    if (!x.to.empty() && !has(outlets, x.to))
      r.complain(at(from, "to"), no_such("outlet", x.to, outlets));
    if (x.listener && !has(listeners, *x.listener))
      r.complain(at(from, "listener"),
                 no_such("smtp or lmtp listener", *x.listener, listeners));
    const auto* user
      = x.authenticated ? std::get_if<std::string>(&*x.authenticated) : nullptr;
    if (user != nullptr && users && !has(*users, *user))
      r.complain(at(from, "authenticated"), no_such("user", *user, *users));
  }
}

/// Where `tls: dane` stands in a section; nullptr if it does not.
const yaml_value* find_dane(const yaml_value& section) {
  const auto* tls = section.find("tls");
  return tls != nullptr && tls->value.text == "dane" ? &tls->value : nullptr;
}

/// DANE is what DNSSEC vouches for: without it `dane` would be a promise that
/// nobody keeps.
void check_dane(const configuration& config, const yaml_value& source,
                report& r) {
  const auto& dns = config.dns;
  const bool validated = dns.trust_anchor.empty() ? dns.servers.empty()
                                                  : dns.trust_anchor != "none";
  const auto* delivery = source.find("delivery");
  if (validated || delivery == nullptr)
    return;
  const auto complain = [&](const yaml_value& section) {
    if (const auto* where = find_dane(section))
      r.complain(where->at, "`tls: dane` needs DNSSEC: set `dns.trust_anchor`");
  };
  complain(delivery->value);
  if (const auto* domains = delivery->value.find("domains"))
    for (const auto& x : domains->value.entries)
      complain(x.value);
}

void check_dkim(const configuration& config, const yaml_value& source,
                report& r) {
  const auto* section = source.find("dkim");
  const auto* named
    = section == nullptr ? nullptr : section->value.find("listeners");
  if (named == nullptr)
    return;
  const auto known = mail_listeners_of(config);
  for (std::size_t i = 0; i < config.dkim.listeners.size(); ++i) {
    const auto& name = config.dkim.listeners[i];
    // One name may stand there without a list.
    const auto& at
      = named->value.items.empty() ? named->value : named->value.items.at(i);
    if (!name.empty()
        && std::find(known.begin(), known.end(), name) == known.end())
      r.complain(at.at, no_such("smtp or lmtp listener", name, known));
  }
}

} // namespace

void check(const configuration& config, const yaml_value& source, report& r) {
  check_dane(config, source, r);
  check_shards(config, source, r);
  check_listeners(config, source, r);
  check_fallbacks(config, source, r);
  check_routes(config, source, r);
  check_egress(config, source, r);
  check_dkim(config, source, r);
}

} // namespace stagepost::config
