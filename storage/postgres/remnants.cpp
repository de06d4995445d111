#include "storage/postgres/remnants.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace stagepost::storage::postgres {

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

bool is_server(const fs::path& process) {
  std::error_code failed;
  auto program = fs::read_symlink(process / "exe", failed).string();
  // An upgrade of the package leaves the running program without a name.
  if (const auto gone = program.rfind(" (deleted)"); gone != std::string::npos)
    program.resize(gone);
  return !failed && program.ends_with("/postgres");
}

// They are not our children, so there is nothing to wait on.
bool gone_within(const std::string& data_directory,
                 std::chrono::milliseconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (!processes_in(data_directory).empty()) {
    if (std::chrono::steady_clock::now() > deadline)
      return false;
    std::this_thread::sleep_for(10ms);
  }
  return true;
}

void signal_all(const std::string& data_directory, int signal) {
  for (const auto process : processes_in(data_directory))
    ::kill(process, signal);
}

} // namespace

std::vector<pid_t> processes_in(const std::string& data_directory) {
  std::vector<pid_t> found;
  struct stat wanted {};
  if (::stat(data_directory.c_str(), &wanted) != 0)
    return found;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator("/proc", failed)) {
    const auto pid = std::atoi(entry.path().filename().c_str());
    struct stat where {};
    if (pid > 0 && is_server(entry.path())
        && ::stat((entry.path() / "cwd").c_str(), &where) == 0
        && where.st_dev == wanted.st_dev && where.st_ino == wanted.st_ino)
      found.push_back(pid);
  }
  return found;
}

void clear_remnants(const std::string& data_directory,
                    const std::string& socket_directory) {
  const auto pid_file = data_directory + "/postmaster.pid";
  pid_t postmaster = 0;
  std::ifstream(pid_file) >> postmaster;
  const auto running = processes_in(data_directory);
  // A postmaster without its daemon is shut down rather than adopted: only as
  // our child does it die with us, and tell us when it dies.
  if (postmaster > 0 && std::ranges::count(running, postmaster) > 0) {
    ::kill(postmaster, SIGINT);
    gone_within(data_directory, 30s);
  }
  // What is left has no postmaster. The shared memory it holds would keep a
  // new one from starting.
  signal_all(data_directory, SIGQUIT);
  if (!gone_within(data_directory, 5s)) {
    signal_all(data_directory, SIGKILL);
    if (!gone_within(data_directory, 5s))
      throw std::runtime_error(
        "process " + std::to_string(processes_in(data_directory).front())
        + " of an earlier PostgreSQL still works in " + data_directory
        + " and does not end, not even killed: it waits for the disk; see "
          "`dmesg`");
  }
  // Nobody is there, so these lie: they may be empty after a crash, or name a
  // process that is somebody else by now, and the server would refuse both.
  ::unlink(pid_file.c_str());
  ::unlink((socket_directory + "/.s.PGSQL.5432").c_str());
  ::unlink((socket_directory + "/.s.PGSQL.5432.lock").c_str());
}

} // namespace stagepost::storage::postgres
