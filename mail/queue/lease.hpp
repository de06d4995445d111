#pragma once

#include <chrono>

namespace stagepost::queue {

// A shard belongs to one daemon at a time, which renews its lease as long as it
// lives. Another takes an abandoned shard over at most `lease_length` plus
// `claim_interval` after the last renewal, and a little for the database.

/// How long a lease runs, by the database's clock.
inline constexpr std::chrono::seconds lease_length{10};

/// How often its owner renews it.
inline constexpr std::chrono::seconds lease_renewal{3};

/// By its own clock, the owner begins no delivery in the last part of its
/// lease, counted from when it asked for it.
inline constexpr std::chrono::seconds lease_margin{2};

/// How often a standby looks whether the shard can be had, and an owner that
/// could not renew tries again.
inline constexpr std::chrono::seconds claim_interval{1};

/// When the database was away, all leases may have run out with nobody dead. So
/// long a standby leaves the shard to its owner, who knows what it has
/// delivered meanwhile.
inline constexpr std::chrono::seconds owner_first{5};

} // namespace stagepost::queue
