#include "config/routing.hpp"

#include "config/host_name.hpp"
#include "config/ip.hpp"
#include "config/network.hpp"
#include "config/pattern.hpp"
#include "config/refusal.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <utility>
#include <variant>
#include <vector>

namespace stagepost::config {

namespace {

/// Whether who logged in is whom the route is for.
bool is_met(const std::variant<bool, std::string>& wanted,
            std::string_view user) {
  if (const auto* name = std::get_if<std::string>(&wanted))
    return *name == user;
  return std::get<bool>(wanted) == !user.empty();
}

/// A route with everything looked up.
struct prepared_route {
  const route* by = nullptr;
  std::vector<ip_network> clients;
  std::optional<pattern> sender;
  std::optional<pattern> recipient;
  const outlet* to = nullptr;
  smtp::reply refusal;

  [[nodiscard]] bool matches(const route_facts& facts,
                             const std::optional<ip_address>& client) const {
    if (by->listener && *by->listener != facts.listener)
      return false;
    if (by->authenticated && !is_met(*by->authenticated, facts.user))
      return false;
    if (!clients.empty()
        && !(client
             && std::any_of(clients.begin(), clients.end(), [&](const auto& x) {
                  return x.contains(*client);
                })))
      return false;
    return (!sender || sender->matches(facts.sender))
           && (!recipient || recipient->matches(facts.recipient));
  }
};

[[noreturn]] void unchecked(const std::string& what) {
  throw std::invalid_argument("a route that was not checked: " + what);
}

std::optional<pattern> prepare(const std::optional<std::string>& text) {
  if (!text)
    return std::nullopt;
  auto parsed = pattern::parse(*text);
  if (const auto* why = std::get_if<std::string>(&parsed))
    unchecked(*why);
  return std::get<pattern>(std::move(parsed));
}

} // namespace

struct router::state {
  std::vector<route> routes;
  std::vector<outlet> outlets;
  std::vector<prepared_route> prepared;

  void prepare_outcome(prepared_route& x) const {
    if (x.by->to != "reject") {
      const auto i
        = std::find_if(outlets.begin(), outlets.end(),
                       [&](const auto& y) { return y.name == x.by->to; });
      if (i == outlets.end())
        unchecked("no outlet " + x.by->to);
      x.to = &*i;
    } else if (x.by->reply.empty()) {
      x.refusal = relaying_denied();
    } else {
      auto parsed = parse_refusal(x.by->reply);
      if (const auto* why = std::get_if<std::string>(&parsed))
        unchecked(*why);
      x.refusal = std::get<smtp::reply>(std::move(parsed));
    }
  }
};

router::router(const configuration& config) {
  auto made = std::make_unique<state>();
  made->routes = config.routes;
  made->outlets = config.outlets;
  for (const auto& by : made->routes) {
    auto& x = made->prepared.emplace_back();
    x.by = &by;
    for (const auto& network : by.client) {
      const auto bits = to_bits(network);
      if (!bits)
        unchecked("no network " + network.address);
      x.clients.push_back(*bits);
    }
    x.sender = prepare(by.sender);
    x.recipient = prepare(by.recipient);
    made->prepare_outcome(x);
  }
  state_ = std::move(made);
}

router::~router() = default;

decision router::decide(const route_facts& facts) const {
  const auto client = parse_ip(facts.client);
  for (const auto& x : state_->prepared)
    if (x.matches(facts, client))
      return {x.to, x.refusal, x.by};
  return {nullptr, relaying_denied(), nullptr};
}

egress_choice choose_egress(const egress_section& section,
                            std::string_view sender_domain,
                            std::uint64_t random) {
  egress_choice out{"", section.default_hostname};
  if (!section.addresses.empty())
    out.ip = section.addresses[random % section.addresses.size()];
  const auto domain = lower(sender_domain);
  const auto rule
    = std::find_if(section.rules.begin(), section.rules.end(),
                   [&](const auto& x) { return x.domain == domain; });
  if (rule == section.rules.end())
    return out;
  if (!rule->ip.empty())
    out.ip = rule->ip;
  if (!rule->hostname.empty())
    out.hostname = rule->hostname;
  return out;
}

} // namespace stagepost::config
