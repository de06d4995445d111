#pragma once

#include <string>

namespace stagepost::storage::postgres {

/// Where `initdb` and `postgres` lie, and which major version they are.
struct binaries {
  std::string directory;
  int major = 0;
};

/// The major version a data directory was made by; 0 when it holds none.
int data_major(const std::string& data_directory);

/// The programs for a data directory of version `major`, or the newest ones
/// installed when `major` is 0.
/// Throws std::runtime_error: none are installed, or not that version's. A
/// data directory is never upgraded behind its owner's back.
binaries find_binaries(int major, const std::string& data_directory);

} // namespace stagepost::storage::postgres
