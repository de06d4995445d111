#pragma once

#include "config/configuration.hpp"
#include "config/ip.hpp"
#include "config/routing.hpp"

#include <string>
#include <vector>

namespace stagepost::config {

/// For whose mail we vouch with a signature of ours: who logged in, and who
/// comes from a network or by a listener that is named. Mail that others send
/// us is not ours to sign.
class vouching {
public:
  explicit vouching(const dkim_section& x);

  /// @param facts  The recipient does not count. Any thread.
  [[nodiscard]] bool covers(const route_facts& facts) const;

private:
  std::vector<ip_network> clients_;
  std::vector<std::string> listeners_;
};

} // namespace stagepost::config
