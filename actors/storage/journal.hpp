#pragma once

#include "actors/node.hpp"
#include "actors/runtime/observed.hpp"
#include "storage/journal.hpp"

#include <memory>
#include <string>

namespace stagepost {

struct journal_state {
  static inline const char* name = "journal";
  shard_services* shard = nullptr;
  std::unique_ptr<storage::queue_journal> connection; ///< Opened when needed.
};

/// The JOURNAL of one shard; to be spawned detached. A database that can't be
/// reached is an error to who asks, not a reason to die: the next batch tries
/// a new connection.
journal_actor::behavior_type journal(pointer<journal_actor, journal_state> self,
                                     node* here, shard_services* shard,
                                     std::string path);

/// Errors of the JOURNAL and the READER that their callers tell apart.
enum class storage_fault : std::uint8_t { unavailable = 1, fenced_off = 2 };
caf::error make_storage_error(storage_fault code, const std::string& why);
[[nodiscard]] bool is_fenced_off(const caf::error& x);
/// Their text, for `actor_system_config::add_error_category`.
std::string describe_storage_error(std::uint8_t code, caf::atom_value category,
                                   const caf::message& details);

} // namespace stagepost
