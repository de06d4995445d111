#pragma once

#include "actors/queue/shard.hpp"

#include <cstddef>
#include <memory>

namespace stagepost::shard {

/// An order that is being carried out, and what has come of it.
struct progress {
  shard_state::waiting_order order;
  order_result result;
  std::size_t open = 0; ///< Recipients' failures that are being written.
};
using progress_ptr = std::shared_ptr<progress>;

/// Carries it out. All that the order is about and that is not leased is in
/// memory now.
void execute(shard_pointer self, const progress_ptr& x);

/// Tells who gave the order, and goes on with the next one.
void answer(shard_pointer self, const progress_ptr& x, const caf::error& why);

} // namespace stagepost::shard
