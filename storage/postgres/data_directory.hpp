#pragma once

#include "storage/postgres/account.hpp"

#include <string>

namespace stagepost::storage::postgres {

/// Makes `path` a data directory that `who` can run a server in: makes the
/// folders above it, runs initdb if there is no database yet, and checks the
/// owner. A half-made one, left by a crash, never gets the name.
/// @param path  Absolute.
/// @returns Where the programs lie that fit it.
/// Throws std::runtime_error with a sentence for the administrator.
std::string prepare_data_directory(const std::string& path, const account& who);

} // namespace stagepost::storage::postgres
