#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace stagepost::storage {

/// Makes the partitions of the delivery log for today and tomorrow (UTC), and
/// drops those of days that ended more than `days_kept` days ago. To be called
/// at start and once a day at least; a day without a partition is no loss,
/// its rows are moved when there is one. A partition that a long reader holds
/// on to is left for the next call.
/// Throws std::runtime_error.
void maintain_partitions(const std::string& connection_string, int days_kept,
                         std::chrono::system_clock::time_point now
                         = std::chrono::system_clock::now());

/// Deletes parts of large bodies whose message never came: its writer died
/// before. To be called between `queue_journal::acquire` and the first
/// `commit`: from then on no earlier owner can make such a part real, and we
/// have none in the making.
/// @returns How many messages' parts went. Throws std::runtime_error.
std::uint64_t sweep_orphaned_parts(const std::string& connection_string,
                                   std::uint16_t shard);

/// The largest id that a shard has given to a message, as far as its queue and
/// its log know; 0 if none. Throws std::runtime_error.
std::uint64_t highest_id(const std::string& connection_string,
                         std::uint16_t shard);

} // namespace stagepost::storage
