#pragma once

#include "actors/node.hpp"
#include "actors/runtime/observed.hpp"
#include "storage/journal.hpp"

#include <memory>
#include <string>

namespace stagepost {

struct reader_state {
  static inline const char* name = "reader";
  shard_services* shard = nullptr;
  std::unique_ptr<storage::queue_reader> connection; ///< Opened when needed.
};

/// The READER of one shard; to be spawned detached.
reader_actor::behavior_type reader(pointer<reader_actor, reader_state> self,
                                   node* here, shard_services* shard,
                                   std::string path);

} // namespace stagepost
