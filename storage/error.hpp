#pragma once

#include <stdexcept>
#include <string>

namespace stagepost::storage {

/// The database refused, or could not be reached, or the connection broke
/// while it answered: nothing is known of the transaction.
struct database_error : std::runtime_error {
  /// @param why  Without libpq's line end.
  explicit database_error(const std::string& why)
    : runtime_error(why.substr(0, why.find_last_not_of("\n ") + 1)) {
  }
};

/// Another daemon owns the shard now: this one must stop writing to it.
struct fenced_off : std::runtime_error {
  using runtime_error::runtime_error;
};

} // namespace stagepost::storage
