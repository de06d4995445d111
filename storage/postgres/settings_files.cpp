#include "storage/postgres/settings_files.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <fstream>
#include <string_view>
#include <system_error>
#include <unistd.h>

namespace stagepost::storage::postgres {

namespace {

constexpr std::uint64_t mebibyte = 1U << 20U;

constexpr std::string_view include_line = "include 'stagepost.conf'";

[[noreturn]] void fail(const std::string& path) {
  throw std::system_error(errno, std::generic_category(), path);
}

// The directory belongs to the server's user, who may be less trusted than we
// are: nothing there is followed or opened for writing, only replaced.
void replace_file(const std::string& path, std::string_view text,
                  const account& owner) {
  const std::string fresh = path + ".new";
  ::unlink(fresh.c_str());
  const int file = ::open(
    fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (file < 0)
    fail(fresh);
  bool good = !owner.change || ::fchown(file, owner.uid, owner.gid) == 0;
  while (good && !text.empty()) {
    const auto n = ::write(file, text.data(), text.size());
    good = n > 0 || (n < 0 && errno == EINTR);
    if (n > 0)
      text.remove_prefix(static_cast<std::size_t>(n));
  }
  good = good && ::fsync(file) == 0;
  const int reason = errno;
  ::close(file);
  errno = reason;
  if (!good || ::rename(fresh.c_str(), path.c_str()) != 0)
    fail(path);
}

std::string read_file(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  if (file < 0)
    fail(path);
  std::string text;
  std::array<char, 4096> buffer{};
  ssize_t n = 0;
  while ((n = ::read(file, buffer.data(), buffer.size())) > 0)
    text.append(buffer.data(), static_cast<std::size_t>(n));
  ::close(file);
  return text;
}

} // namespace

std::uint64_t usable_memory() {
  auto memory = static_cast<std::uint64_t>(sysconf(_SC_PHYS_PAGES))
                * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  std::uint64_t limit = 0; // the file says "max" when there is none
  if (std::ifstream("/sys/fs/cgroup/memory.max") >> limit && limit > 0)
    memory = std::min(memory, limit);
  return memory;
}

std::string server_settings(std::uint64_t memory) {
  const auto buffers = std::clamp(memory / 4, 16 * mebibyte, 512 * mebibyte);
  std::string text
    = "# Written by stagepost at each start: changes belong into local.conf.\n"
      "shared_buffers = "
      + std::to_string(buffers / mebibyte)
      + "MB\n"
        "fsync = on\n"
        "full_page_writes = on\n"
        "synchronous_commit = on\n"
        "commit_delay = 0\n"
        "wal_level = replica\n"
        "wal_compression = lz4\n"
        "max_wal_size = 4GB\n"
        "min_wal_size = 1GB\n"
        "checkpoint_timeout = 15min\n"
        "checkpoint_completion_target = 0.9\n"
        "default_toast_compression = lz4\n"
        "jit = off\n"
        "random_page_cost = 1.1\n"
        "autovacuum_naptime = 2s\n"
        "autovacuum_vacuum_cost_delay = 0\n"
        "logging_collector = on\n"
        "log_directory = 'log'\n"
        "log_filename = 'postgresql-%a.log'\n"
        "log_truncate_on_rotation = on\n"
        "log_rotation_age = 1d\n"
        "log_rotation_size = 0\n"
        "log_line_prefix = '%m [%p] '\n"
        "log_checkpoints = off\n"
        "log_autovacuum_min_duration = -1\n";
  // A large one lets a whole batch gather before it is written; a small
  // machine keeps the server's own choice.
  if (buffers == 512 * mebibyte)
    text += "wal_buffers = 64MB\n";
  return text;
}

std::string user_map(const account& server,
                     const std::vector<std::string>& daemon_users) {
  std::string text = "# Written by stagepost at each start.\n";
  std::vector<std::string> users{"root", server.name};
  for (const auto& user : users)
    text += "stagepost \"" + user + "\" postgres\n";
  users.insert(users.end(), daemon_users.begin(), daemon_users.end());
  std::ranges::sort(users);
  users.erase(std::unique(users.begin(), users.end()), users.end());
  for (const auto& user : users)
    text += "stagepost \"" + user + "\" stagepost\n";
  return text;
}

void write_settings(const std::string& data_directory, const account& server,
                    const std::vector<std::string>& daemon_users) {
  const auto path
    = [&](const char* name) { return data_directory + "/" + name; };
  replace_file(path("stagepost.conf"), server_settings(usable_memory()),
               server);
  replace_file(path("pg_hba.conf"),
               "# Written by stagepost at each start.\n"
               "local all all peer map=stagepost\n"
               "local replication all peer map=stagepost\n",
               server);
  replace_file(path("pg_ident.conf"), user_map(server, daemon_users), server);
  auto main = read_file(path("postgresql.conf"));
  if (main.find(include_line) != std::string::npos)
    return;
  if (::access(path("local.conf").c_str(), F_OK) != 0)
    replace_file(path("local.conf"),
                 "# Settings of your own. Nothing here is overwritten.\n",
                 server);
  main += "\n# Added by stagepost. The later file wins.\n";
  main += include_line;
  main += "\ninclude_if_exists 'local.conf'\n";
  replace_file(path("postgresql.conf"), main, server);
}

} // namespace stagepost::storage::postgres
