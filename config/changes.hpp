#pragma once

#include "config/configuration.hpp"

#include <string>
#include <vector>

namespace stagepost::config {

/// What differs between the configuration in use and the one just read, by
/// keys as the manual has them: "limits.recipients", "listeners.mx.limits",
/// "listeners.mx (added)". No name shows a value, which may be a secret.
struct changes {
  /// Can be taken over while the daemon runs: routes, outlets, limits, TLS,
  /// users, delivery, egress, DKIM, the host name, and what a listener asks of
  /// its clients.
  std::vector<std::string> live;
  /// Needs another start: the node, the storage, the resolver, where
  /// listeners are and what they speak, who checks credentials.
  std::vector<std::string> restart;
  [[nodiscard]] bool none() const noexcept {
    return live.empty() && restart.empty();
  }
};

/// Listeners are the same by their names, sources of `auth` by their order.
/// Routes that have only moved to other lines differ, since `explain` shows
/// their lines. A listener's limits that follow those of the section `limits`
/// are not named again.
changes changes_between(const configuration& running,
                        const configuration& read);

} // namespace stagepost::config
