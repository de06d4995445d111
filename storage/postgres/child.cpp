#include "storage/postgres/child.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

namespace stagepost::storage::postgres {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t output_limit = 64U << 10U;

// Between fork and exec other threads' locks may be held for ever: from here
// on only system calls, on what was made before.

bool become(const account& who) {
  if (!who.change)
    return true;
  return setgroups(1, &who.gid) == 0 && setgid(who.gid) == 0
         && setuid(who.uid) == 0;
}

[[noreturn]] void give_up(int report) {
  const int reason = errno;
  [[maybe_unused]] const auto n = ::write(report, &reason, sizeof reason);
  _exit(127);
}

[[noreturn]] void become_program(const program& x, char* const* argv,
                                 char* const* environment, pid_t parent,
                                 int report) {
  for (int i = 1; i < NSIG; ++i)
    ::signal(i, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  setsid();
  umask(077);
  const int null = ::open("/dev/null", O_RDWR);
  if (null < 0)
    give_up(report);
  const int out = x.output < 0 ? null : x.output;
  if (dup2(null, 0) < 0 || dup2(out, 1) < 0 || dup2(out, 2) < 0)
    give_up(report);
  // The report goes to descriptor 3, everything above is closed.
  if (report != 3 && dup2(report, 3) < 0)
    give_up(report);
  fcntl(3, F_SETFD, FD_CLOEXEC);
  ::syscall(SYS_close_range, 4U, ~0U, 0U);
  if (!become(x.who))
    give_up(3);
  // setuid clears the death signal, so it comes after; the parent may have
  // died before it was set.
  if (x.death_signal != 0
      && (prctl(PR_SET_PDEATHSIG, x.death_signal) != 0
          || (getppid() != parent && (errno = ECHILD) != 0)))
    give_up(3);
  execve(argv[0], argv, environment);
  give_up(3);
}

} // namespace

pid_t start_program(const program& x) {
  std::vector<char*> argv;
  for (const auto& argument : x.arguments)
    argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  // PostgreSQL gives a batch's memory back at its end and asks for it again
  // for the next one: the C library keeps some of it, as cleared pages cost.
  std::array<std::string, 4> settings{
    "PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C.UTF-8",
    "MALLOC_TRIM_THRESHOLD_=16777216", "MALLOC_MMAP_THRESHOLD_=4194304"};
  std::array<char*, 5> environment{settings[0].data(), settings[1].data(),
                                   settings[2].data(), settings[3].data(),
                                   nullptr};
  std::array<int, 2> report{};
  if (pipe2(report.data(), O_CLOEXEC) != 0)
    throw std::system_error(errno, std::generic_category(), "pipe");
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child == 0)
    become_program(x, argv.data(), environment.data(), parent, report[1]);
  const int reason = errno;
  ::close(report[1]);
  if (child < 0) {
    ::close(report[0]);
    throw std::system_error(reason, std::generic_category(), "fork");
  }
  int failed = 0;
  ssize_t n = 0;
  do
    n = ::read(report[0], &failed, sizeof failed);
  while (n < 0 && errno == EINTR);
  ::close(report[0]);
  if (n > 0) {
    int status = 0;
    waitpid(child, &status, 0);
    throw std::runtime_error("could not run " + x.arguments.front() + " as "
                             + x.who.name + ": " + std::strerror(failed));
  }
  return child;
}

int run_program(program x, std::string& output) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0)
    throw std::system_error(errno, std::generic_category(), "pipe");
  x.output = ends[1];
  pid_t child = 0;
  try {
    child = start_program(x);
  } catch (...) {
    ::close(ends[0]);
    ::close(ends[1]);
    throw;
  }
  ::close(ends[1]);
  std::array<char, 4096> buffer{};
  for (;;) {
    const auto n = ::read(ends[0], buffer.data(), buffer.size());
    if (n == 0 || (n < 0 && errno != EINTR))
      break;
    if (n > 0 && output.size() < output_limit)
      output.append(buffer.data(), static_cast<std::size_t>(n));
  }
  ::close(ends[0]);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

bool wait_for_end(pid_t child, std::chrono::milliseconds limit, int& status) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  // Readable once the process has ended; without it (an old kernel) the wait
  // polls.
  const int handle = static_cast<int>(::syscall(SYS_pidfd_open, child, 0));
  bool ended = false;
  for (;;) {
    const auto got = waitpid(child, &status, WNOHANG);
    if (got == child || (got < 0 && errno == ECHILD)) {
      ended = true;
      break;
    }
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
      deadline - std::chrono::steady_clock::now());
    if (left <= 0ms)
      break;
    pollfd waiting{handle, POLLIN, 0};
    const auto pause = handle < 0 ? std::min(left, 20ms) : left;
    ::poll(&waiting, handle < 0 ? 0 : 1, static_cast<int>(pause.count()));
  }
  if (handle >= 0)
    ::close(handle);
  return ended;
}

std::string describe_status(int status) {
  if (WIFSIGNALED(status)) {
    const int number = WTERMSIG(status);
    return "signal " + std::to_string(number) + " (" + strsignal(number) + ")";
  }
  return "exit status " + std::to_string(WEXITSTATUS(status));
}

std::string closed_part(const account& who, const std::string& path) {
  std::vector<std::string> parts;
  for (auto at = path.find('/', 1);; at = path.find('/', at + 1)) {
    parts.push_back(path.substr(0, at));
    if (at == std::string::npos)
      break;
  }
  const pid_t child = fork();
  if (child < 0)
    throw std::system_error(errno, std::generic_category(), "fork");
  if (child == 0) {
    if (!become(who))
      _exit(0);
    for (std::size_t i = 0; i < parts.size() && i < 200; ++i)
      if (::access(parts[i].c_str(), X_OK) != 0)
        _exit(static_cast<int>(i) + 1);
    _exit(0);
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  const auto found = static_cast<std::size_t>(WEXITSTATUS(status));
  return found == 0 || found > parts.size() ? "" : parts[found - 1];
}

} // namespace stagepost::storage::postgres
