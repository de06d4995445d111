#pragma once

#include "actors/queue/shard.hpp"
#include "mail/mta_sts.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace stagepost::shard {

/// Where the mail of a domain may go, and how sure that is.
struct found_hosts {
  std::vector<site::host> hosts;
  std::chrono::seconds ttl{0};
  /// DNSSEC vouches for them, or our own configuration.
  bool secure = false;
  bool sts = false; ///< MTA-STS is enforced.
};

/// Asks for the MTA-STS policy of a domain and says of its hosts which are
/// listed there.
/// @param dane   Hosts may have something better: TLSA records.
/// @param fails  Called instead of `then` if no host is left.
void mind_policy(shard_pointer self, const std::string& domain, found_hosts x,
                 bool dane, std::function<void(found_hosts)> then,
                 std::function<void(const smtp::reply&)> fails);

} // namespace stagepost::shard
