#pragma once

#include <string>
#include <sys/types.h>

namespace stagepost::storage::postgres {

/// Who the server runs as.
struct account {
  std::string name;
  uid_t uid = 0;
  gid_t gid = 0;
  bool change = false; ///< We are root and must become this one.
};

/// The unprivileged account of the server: when we are root `user`, or
/// `postgres` if it is empty; otherwise ourselves, whatever `user` says.
/// Throws std::runtime_error: there is no such account, or it is root's.
account server_account(const std::string& user);

/// The name of a user id; the number when it has none.
std::string user_name(uid_t uid);

} // namespace stagepost::storage::postgres
