#include "storage/postgres/account.hpp"

#include <cerrno>
#include <cstring>
#include <pwd.h>
#include <stdexcept>
#include <unistd.h>

namespace stagepost::storage::postgres {

std::string user_name(uid_t uid) {
  const passwd* entry = getpwuid(uid);
  return entry != nullptr ? entry->pw_name : std::to_string(uid);
}

account server_account(const std::string& user) {
  if (geteuid() != 0)
    return {user_name(geteuid()), geteuid(), getegid(), false};
  const std::string name = user.empty() ? "postgres" : user;
  errno = 0;
  const passwd* entry = getpwnam(name.c_str());
  if (entry == nullptr && (errno == EMFILE || errno == ENFILE))
    throw std::runtime_error("the user `" + name + "` can't be looked up: "
                             + std::strerror(errno) + "; see `ulimit -n`");
  if (entry == nullptr)
    throw std::runtime_error(
      "PostgreSQL never runs as root, and there is no user `" + name
      + "` to run it as: install PostgreSQL (apt-get install postgresql), or "
        "set node.user to an unprivileged user");
  if (entry->pw_uid == 0)
    throw std::runtime_error("PostgreSQL refuses to run as root, and `" + name
                             + "` is root: name an unprivileged user");
  return {name, entry->pw_uid, entry->pw_gid, true};
}

} // namespace stagepost::storage::postgres
