#include "config/egress_plan.hpp"

#include "config/domain_pattern.hpp"
#include "config/host_name.hpp"
#include "config/ip.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace stagepost::config {

namespace {

constexpr std::size_t most_of_a_family = 3;

enum class family : std::uint8_t { any, v4, v6 };

/// One address to leave by.
struct exit_address {
  egress_way way;
  family of = family::any;
  double weight = 1;
  std::uint64_t hash = 0; ///< Of the pool member that it belongs to.
};

using exits = std::vector<exit_address>;

/// Spreads neighbouring numbers over all of them (splitmix64).
std::uint64_t mixed(std::uint64_t x) noexcept {
  x += 0x9e3779b97f4a7c15U;
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31U);
}

/// The same in every run, so that a restart changes no message's way (FNV-1a).
std::uint64_t hash_of(std::string_view text) noexcept {
  std::uint64_t x = 0xcbf29ce484222325U;
  for (const char c : text)
    x = (x ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return x;
}

std::string short_form(const std::string& ip) {
  const auto x = parse_ip(ip);
  return x ? to_string(*x) : ip;
}

void add(exits& to, const std::vector<std::string>& ips,
         const std::string& hostname, double weight = 1) {
  for (const auto& ip : ips) {
    const auto text = short_form(ip);
    const auto v6 = text.find(':') != std::string::npos;
    to.push_back({{text, hostname},
                  v6 ? family::v6 : family::v4,
                  weight,
                  hash_of(short_form(ips.front()))});
  }
}

/// Rendezvous hashing: each exit draws its lot for this message, and the least
/// goes first. Weighted so, the chance of being it is the share of the weight.
double lot_of(const exit_address& x, std::uint64_t seed) {
  constexpr double whole = 18446744073709551616.0; // 2^64
  const auto part
    = (static_cast<double>(mixed(seed ^ x.hash)) + 0.5) / whole; // ]0, 1]
  if (x.weight == 0) // after all the others
    return std::numeric_limits<double>::max() * part;
  return -std::log(part) / x.weight;
}

std::vector<egress_way> drawn(const exits& from, std::uint64_t seed) {
  std::vector<std::pair<double, const exit_address*>> order;
  order.reserve(from.size());
  for (const auto& x : from)
    order.emplace_back(from.size() == 1 ? 0 : lot_of(x, seed), &x);
  std::stable_sort(order.begin(), order.end(),
                   [](auto& a, auto& b) { return a.first < b.first; });
  std::vector<egress_way> out;
  std::array<std::size_t, 3> taken{};
  for (const auto& [lot, x] : order)
    if (taken[static_cast<std::size_t>(x->of)]++ < most_of_a_family)
      out.push_back(x->way);
  return out;
}

void rename(std::vector<egress_way>& ways, const std::string& hostname) {
  for (auto& x : ways)
    x.hostname = hostname;
}

/// A rule with everything looked up.
struct prepared_rule {
  std::vector<std::string> arrival_ips;
  std::vector<std::string> users;
  exits to;

  [[nodiscard]] bool matches(const egress_facts& x) const {
    const auto is_among = [](const auto& all, const std::string& one) {
      return all.empty() || std::find(all.begin(), all.end(), one) != all.end();
    };
    return is_among(arrival_ips, x.arrival_ip) && is_among(users, x.user);
  }
};

} // namespace

struct egress_plan::state {
  std::string default_hostname;
  exits usual;
  std::vector<prepared_rule> rules;
  /// By domain pattern, in order; "" has those that ask for none.
  std::unordered_map<std::string, std::vector<std::size_t>> of_domain;
  std::unordered_map<std::string, std::string> name_of; ///< By address.
  std::unordered_map<std::string, exits> named;         ///< By name.

  [[nodiscard]] const std::string& or_default(const std::string& name) const {
    return name.empty() ? default_hostname : name;
  }

  void prepare_rule(const egress_rule& x, const egress_section& section) {
    auto& rule = rules.emplace_back();
    for (const auto& ip : x.arrival_ip)
      rule.arrival_ips.push_back(short_form(ip));
    rule.users = x.user;
    if (const auto pool = section.pools.find(x.pool);
        pool != section.pools.end()) {
      for (const auto& member : pool->second)
        add(rule.to, member.ip, or_default(member.hostname), member.weight);
    } else if (!x.ip.empty()) {
      add(rule.to, x.ip, or_default(x.hostname));
    } else {
      rule.to = usual;
      for (auto& y : rule.to)
        y.way.hostname = or_default(x.hostname);
    }
    for (const auto& domain : x.domain)
      of_domain[domain].push_back(rules.size() - 1);
    if (x.domain.empty())
      of_domain[""].push_back(rules.size() - 1);
  }

  /// What names go with which addresses.
  void learn(const std::vector<std::string>& ips, const std::string& hostname) {
    if (hostname.empty() || ips.empty())
      return;
    for (const auto& ip : ips)
      name_of.emplace(short_form(ip), hostname);
    add(named[hostname], ips, hostname);
  }

  [[nodiscard]] const prepared_rule* rule_for(const egress_facts& x) const {
    if (rules.empty()) // most need no more
      return nullptr;
    auto first = rules.size();
    const auto look = [&](const std::string& pattern) {
      const auto found = of_domain.find(pattern);
      if (found != of_domain.end())
        for (const auto i : found->second)
          if (i < first && rules[i].matches(x)) {
            first = i;
            break;
          }
      return false;
    };
    look("");
    for_each_pattern(lower(x.domain), look);
    return first == rules.size() ? nullptr : &rules[first];
  }
};

egress_plan::egress_plan(const egress_section& section) {
  auto made = std::make_unique<state>();
  made->default_hostname = section.default_hostname;
  for (const auto& ip : section.addresses)
    add(made->usual, {ip}, section.default_hostname);
  if (made->usual.empty())
    made->usual.push_back({{"", section.default_hostname}});
  for (const auto& rule : section.rules) {
    made->prepare_rule(rule, section);
    made->learn(rule.ip, rule.hostname);
  }
  for (const auto& [name, members] : section.pools)
    for (const auto& member : members)
      made->learn(member.ip, member.hostname);
  state_ = std::move(made);
}

egress_plan::~egress_plan() = default;
egress_plan::egress_plan(egress_plan&&) noexcept = default;
egress_plan& egress_plan::operator=(egress_plan&&) noexcept = default;

std::vector<egress_way> egress_plan::ways(const egress_facts& x) const {
  const auto& s = *state_;
  const auto& [ip, hostname] = x.wish;
  if (!ip.empty()) {
    if (!hostname.empty())
      return {x.wish};
    const auto name = s.name_of.find(ip);
    return {{ip, name == s.name_of.end() ? s.default_hostname : name->second}};
  }
  if (const auto known = s.named.find(hostname); known != s.named.end())
    return drawn(known->second, x.seed);
  const auto* rule = s.rule_for(x);
  auto out = drawn(rule == nullptr ? s.usual : rule->to, x.seed);
  if (!hostname.empty())
    rename(out, hostname);
  return out;
}

bool egress_plan::has_rule_for_domain(const egress_facts& x) const {
  const auto* rule = state_->rule_for(x);
  const auto named = state_->of_domain.find(x.domain);
  return rule != nullptr && named != state_->of_domain.end()
         && std::any_of(named->second.begin(), named->second.end(),
                        [&](auto i) { return &state_->rules[i] == rule; });
}

std::vector<egress_way> all_ways(const egress_section& section) {
  std::vector<egress_way> out;
  const auto learn = [&](const auto& ips, const std::string& hostname) {
    const auto& name = hostname.empty() ? section.default_hostname : hostname;
    exits found;
    add(found, ips, name);
    if (found.empty())
      found.push_back({{"", name}});
    for (auto& x : found)
      if (std::find(out.begin(), out.end(), x.way) == out.end())
        out.push_back(std::move(x.way));
  };
  learn(section.addresses, "");
  for (const auto& [name, members] : section.pools)
    for (const auto& x : members)
      learn(x.ip, x.hostname);
  for (const auto& x : section.rules)
    if (x.pool.empty())
      learn(x.ip.empty() ? section.addresses : x.ip, x.hostname);
  return out;
}

} // namespace stagepost::config
