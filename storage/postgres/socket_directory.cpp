#include "storage/postgres/socket_directory.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <string_view>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace stagepost::storage::postgres {

namespace {

bool fits(std::string_view directory) {
  constexpr std::string_view name = "/.s.PGSQL.5432";
  return directory.size() + name.size() < sizeof(sockaddr_un::sun_path)
         && directory.find_first_of(",\"'\\") == std::string_view::npos;
}

// FNV-1a: the same data directory finds the same name again.
std::string short_name(std::string_view text) {
  std::uint64_t hash = 14695981039346656037U;
  for (const char c : text)
    hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  char out[17];
  std::snprintf(out, sizeof out, "%016llx",
                static_cast<unsigned long long>(hash));
  return out;
}

// False if something else bears the name already.
bool make_private(const std::string& path, const account& server, mode_t mode) {
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST)
    return false;
  struct stat x {};
  if (::lstat(path.c_str(), &x) != 0 || !S_ISDIR(x.st_mode)
      || (x.st_uid != geteuid() && x.st_uid != server.uid))
    return false;
  return ::chmod(path.c_str(), mode) == 0
         && (!server.change
             || ::chown(path.c_str(), server.uid, server.gid) == 0);
}

} // namespace

std::string
make_socket_directory(const std::string& data_directory, const account& server,
                      const std::vector<std::string>& daemon_users) {
  const bool shared = std::ranges::any_of(
    daemon_users, [&](const auto& x) { return x != server.name; });
  const auto inside = data_directory + "/socket";
  if (!shared && fits(inside)) {
    if (make_private(inside, server, 0700))
      return inside;
    throw std::runtime_error("cannot make " + inside + ": " + strerror(errno));
  }
  // Who connects is decided by pg_hba.conf, so others may enter.
  const mode_t mode = shared ? 0711 : 0700;
  const auto in_run = "/run/stagepost-" + short_name(data_directory);
  if (make_private(in_run, server, mode))
    return in_run;
  std::string in_tmp = "/tmp/stagepost-XXXXXX";
  if (::mkdtemp(in_tmp.data()) != nullptr && make_private(in_tmp, server, mode))
    return in_tmp;
  throw std::runtime_error("no place for PostgreSQL's socket: " + inside
                           + " is too long a path, and neither /run nor /tmp "
                             "can be written: choose a shorter data_dir");
}

void remove_socket_directory(const std::string& path,
                             const std::string& data_directory) {
  if (!path.empty() && !path.starts_with(data_directory))
    ::rmdir(path.c_str());
}

} // namespace stagepost::storage::postgres
