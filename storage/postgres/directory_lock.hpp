#pragma once

#include <string>

namespace stagepost::storage::postgres {

/// Keeps a second daemon from a data directory: a lock on a file beside it,
/// held as long as this object lives, that the system takes back when the
/// daemon dies.
class directory_lock {
public:
  /// Throws std::runtime_error that names the holder.
  explicit directory_lock(const std::string& data_directory);
  ~directory_lock();
  directory_lock(const directory_lock&) = delete;
  directory_lock& operator=(const directory_lock&) = delete;

private:
  int file_;
};

} // namespace stagepost::storage::postgres
