#pragma once

#include <string>

namespace stagepost::storage {

/// Brings a database to the schema this program knows, one transaction a
/// step, under an advisory lock, so that two nodes may start at once.
/// @returns The schema version, from 1.
/// Throws std::runtime_error: the database can't be reached, or its schema is
/// newer than this program (names both versions and the next step).
int migrate(const std::string& connection_string);

} // namespace stagepost::storage
