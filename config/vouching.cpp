#include "config/vouching.hpp"

#include "config/network.hpp"

#include <algorithm>

namespace stagepost::config {

vouching::vouching(const dkim_section& x) : listeners_(x.listeners) {
  for (const auto& network : x.clients)
    if (const auto bits = to_bits(network))
      clients_.push_back(*bits);
}

bool vouching::covers(const route_facts& facts) const {
  if (!facts.user.empty()
      || std::find(listeners_.begin(), listeners_.end(), facts.listener)
           != listeners_.end())
    return true;
  if (clients_.empty())
    return false;
  const auto client = parse_ip(facts.client);
  return client
         && std::any_of(clients_.begin(), clients_.end(),
                        [&](const auto& y) { return y.contains(*client); });
}

} // namespace stagepost::config
