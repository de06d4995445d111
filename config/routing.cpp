#include "config/routing.hpp"

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

/// What a route may ask for.
enum class condition {
  none,
  listener,
  authenticated,
  client,
  sender,
  recipient,
  local,
  known ///< What the directory says.
};

/// A route with everything looked up.
struct prepared_route {
  const route* by = nullptr;
  std::vector<ip_network> clients;
  std::optional<pattern> sender;
  std::optional<pattern> recipient;
  const outlet* to = nullptr;
  smtp::reply refusal;

  [[nodiscard]] bool takes(const std::optional<ip_address>& client) const {
    return clients.empty()
           || (client
               && std::any_of(
                 clients.begin(), clients.end(),
                 [&](const auto& x) { return x.contains(*client); }));
  }

  /// The first condition that is not met.
  [[nodiscard]] condition unmet(const route_facts& facts,
                                const std::optional<ip_address>& client) const {
    if (by->listener && *by->listener != facts.listener)
      return condition::listener;
    if (by->authenticated && !is_met(*by->authenticated, facts.user))
      return condition::authenticated;
    if (!takes(client))
      return condition::client;
    if (sender && !sender->matches(facts.sender))
      return condition::sender;
    if (recipient && !recipient->matches(facts.recipient))
      return condition::recipient;
    if (by->recipient_domain != recipient_domain::local)
      return condition::none;
    if (facts.directory == nullptr || !facts.directory->known())
      return condition::known;
    return facts.directory->hold(facts.recipient) ? condition::none
                                                  : condition::local;
  }
};

std::string in_words(const std::variant<bool, std::string>& x) {
  if (const auto* name = std::get_if<std::string>(&x))
    return *name;
  return std::get<bool>(x) ? "somebody who logged in" : "nobody who logged in";
}

std::string or_nobody(std::string_view user) {
  return user.empty() ? "nobody logged in" : "it is " + std::string{user};
}

std::string why_not(const route& x, condition unmet, const route_facts& facts) {
  switch (unmet) {
    case condition::none:
      return "";
    case condition::listener:
      return "it is for listener " + *x.listener + ", not "
             + (facts.listener.empty() ? "none" : std::string{facts.listener});
    case condition::authenticated:
      return "it is for " + in_words(*x.authenticated) + ", and "
             + or_nobody(facts.user);
    case condition::client:
      return "its networks do not hold "
             + (facts.client.empty() ? "an unknown client"
                                     : std::string{facts.client});
    case condition::sender:
      return "the sender is not " + *x.sender;
    case condition::recipient:
      return "the recipient is not " + *x.recipient;
    case condition::local:
      return "the recipient's domain is not in the directory";
    case condition::known:
      return "nobody knows whether the recipient's domain is in the directory";
  }
  return "";
}

std::string why(const route& x) {
  std::string out;
  const auto add = [&out](const std::string& what) {
    out += (out.empty() ? "" : ", ") + what;
  };
  if (x.listener)
    add("listener " + *x.listener);
  if (x.authenticated)
    add(in_words(*x.authenticated));
  if (!x.client.empty())
    add("the client's network");
  if (x.sender)
    add("sender " + *x.sender);
  if (x.recipient)
    add("recipient " + *x.recipient);
  if (x.recipient_domain == recipient_domain::local)
    add("its domain is in the directory");
  return out.empty() ? "it is for all mail" : "all is met: " + out;
}

smtp::reply directory_unknown() {
  return {451,
          {4, 3, 0},
          "Which domains are ours can't be found out at the moment, try again "
          "later"};
}

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
  bool asks_directory = false;

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
    made->asks_directory |= by.recipient_domain == recipient_domain::local;
  }
  state_ = std::move(made);
}

router::~router() = default;

decision router::decide(const route_facts& facts) const {
  const auto client = parse_ip(facts.client);
  for (const auto& x : state_->prepared) {
    const auto unmet = x.unmet(facts, client);
    if (unmet == condition::none)
      return {x.to, x.refusal, x.by};
    if (unmet == condition::known)
      return {nullptr, directory_unknown(), x.by};
  }
  return {nullptr, relaying_denied(), nullptr};
}

std::vector<route_finding> router::explain(const route_facts& facts) const {
  const auto client = parse_ip(facts.client);
  std::vector<route_finding> out;
  for (const auto& x : state_->prepared) {
    const auto unmet = x.unmet(facts, client);
    const bool matched = unmet == condition::none;
    out.push_back(
      {x.by, matched, matched ? why(*x.by) : why_not(*x.by, unmet, facts)});
    if (matched || unmet == condition::known)
      break;
  }
  return out;
}

bool router::asks_directory() const noexcept {
  return state_->asks_directory;
}

} // namespace stagepost::config
