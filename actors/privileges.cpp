#include "actors/privileges.hpp"

#include <cerrno>
#include <cstring>
#include <grp.h>
#include <pwd.h>
#include <stdexcept>
#include <unistd.h>

namespace stagepost {

void become(const std::string& user, const std::vector<std::string>& owned) {
  errno = 0;
  const auto* who = getpwnam(user.c_str());
  if (who == nullptr && (errno == EMFILE || errno == ENFILE))
    throw std::runtime_error("node.user: `" + user + "` can't be looked up: "
                             + std::strerror(errno) + "; see `ulimit -n`");
  if (who == nullptr)
    throw std::runtime_error("node.user: there is no user `" + user
                             + "`; make it with `useradd --system " + user
                             + "`");
  if (geteuid() == who->pw_uid)
    return;
  const auto check = [&user](int result, const char* what) {
    if (result != 0)
      throw std::runtime_error("can't become `" + user + "`: " + what + ": "
                               + std::strerror(errno)
                               + "; start as root, or as that user");
  };
  // Not through links: the folder may be the user's since an earlier start.
  for (const auto& x : owned)
    if (lchown(x.c_str(), who->pw_uid, who->pw_gid) != 0 && errno != ENOENT)
      check(-1, x.c_str());
  check(initgroups(user.c_str(), who->pw_gid), "initgroups");
  check(setgid(who->pw_gid), "setgid");
  check(setuid(who->pw_uid), "setuid");
}

} // namespace stagepost
