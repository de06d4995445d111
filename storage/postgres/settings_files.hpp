#pragma once

#include "storage/postgres/account.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace stagepost::storage::postgres {

/// The machine's memory in octets, or what our control group may use of it.
std::uint64_t usable_memory();

/// The settings of the private server, as `stagepost.conf` has them.
std::string server_settings(std::uint64_t memory);

/// `pg_ident.conf`: which system users may connect as which role. Root and
/// the server's own user are also the superuser `postgres`, for maintenance.
std::string user_map(const account& server,
                     const std::vector<std::string>& daemon_users);

/// Writes our files into a data directory: `stagepost.conf`, `pg_hba.conf`,
/// `pg_ident.conf`, and a line in `postgresql.conf` that includes the first
/// and the administrator's own `local.conf`, if they are not yet there.
/// Throws std::system_error.
void write_settings(const std::string& data_directory, const account& server,
                    const std::vector<std::string>& daemon_users);

} // namespace stagepost::storage::postgres
