#pragma once

#include <stdexcept>

namespace stagepost::storage {

/// The database refused, or could not be reached, or the connection broke
/// while it answered: nothing is known of the transaction.
struct database_error : std::runtime_error {
  using runtime_error::runtime_error;
};

/// Another daemon owns the shard now: this one must stop writing to it.
struct fenced_off : std::runtime_error {
  using runtime_error::runtime_error;
};

} // namespace stagepost::storage
