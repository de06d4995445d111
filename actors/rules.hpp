#pragma once

#include "actors/dkim_keys.hpp"
#include "actors/program_users.hpp"
#include "actors/server_tls.hpp"
#include "config/configuration.hpp"
#include "config/egress_plan.hpp"
#include "config/routing.hpp"
#include "config/vouching.hpp"

#include <atomic>
#include <memory>
#include <mutex>
#include <utility>

namespace stagepost {

/// One reading of the configuration, with what is made of it. It never
/// changes: who began a piece of work by it keeps it to the end.
struct rules {
  explicit rules(config::configuration x, server_tls t = {}, dkim_keys k = {},
                 program_users u = {})
    : configuration(std::move(x)), routes(configuration),
      ways(configuration.egress), tls(std::move(t)),
      vouched(configuration.dkim), dkim(std::move(k)), users(std::move(u)) {
  }

  config::configuration configuration;
  config::router routes;
  config::egress_plan ways;
  server_tls tls; ///< As `configuration` has it.
  config::vouching vouched;
  dkim_keys dkim;      ///< As `configuration` has it.
  program_users users; ///< Likewise.
};

using rules_ptr = std::shared_ptr<const rules>;

/// Which rules are in force now; others take their place when the file is read
/// again. Any thread may use it.
class rules_in_force {
public:
  explicit rules_in_force(config::configuration x);

  [[nodiscard]] rules_ptr get() const;

  /// Brings `mine` up to date; while it is, that costs one atomic read.
  /// @returns true if it was not: it may have been null.
  bool refresh(rules_ptr& mine) const;

  void replace(config::configuration x, server_tls tls = {},
               dkim_keys dkim = {}, program_users users = {});

private:
  mutable std::mutex mutex_;
  rules_ptr now_;
  /// As `now_`, for a look without the lock. Whoever compares it holds the
  /// rules that it is compared with, so that their address is nobody else's.
  std::atomic<const rules*> newest_;
};

} // namespace stagepost
