#include "net/spawn.hpp"

#include "net/program_streams.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace stagepost::net {

namespace {

// -- before there is a child --------------------------------------------------

std::string own_path() {
  const char* path = std::getenv("PATH");
  return path != nullptr ? path : "/usr/local/bin:/usr/bin:/bin";
}

std::string file_of(const program& x, const std::string& path) {
  const auto& name = x.run.at(0);
  if (name.find('/') != std::string::npos)
    return name;
  for (std::size_t at = 0; at <= path.size();) {
    const auto end = std::min(path.find(':', at), path.size());
    auto file = path.substr(at, end - at) + "/" + name;
    // An empty part would be the working directory, where nothing of ours is.
    if (end > at && ::access(file.c_str(), X_OK) == 0)
      return file;
    at = end + 1;
  }
  errno = ENOENT;
  refuse("not in PATH");
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (auto& x : texts)
    out.push_back(x.data());
  out.push_back(nullptr);
  return out;
}

// A NUL would end what the program sees, which may then mean something else.
bool can_be_told(const program& x) {
  const auto whole = [](const std::string& text) {
    return text.find('\0') == std::string::npos;
  };
  return std::all_of(x.run.begin(), x.run.end(), whole)
         && std::all_of(x.environment.begin(), x.environment.end(),
                        [&](const auto& each) {
                          return whole(each.first) && whole(each.second)
                                 && each.first.find('=') == std::string::npos;
                        });
}

// -- the child ----------------------------------------------------------------

/// All that the child needs, made before.
struct plan {
  const char* file;
  char* const* arguments;
  char* const* environment;
  int standard[3]; ///< What 0, 1 and 2 become.
  int failure;     ///< Where errno goes if it does not work out.
  const program::identity* as;
  const program::resource_limit* limits;
  std::size_t limits_size;
};

bool set_signals() {
  struct sigaction usual {};
  usual.sa_handler = SIG_DFL;
  for (int i = 1; i < NSIG; ++i)
    ::sigaction(i, &usual, nullptr); // fails for those that are as usual always
  sigset_t none;
  ::sigemptyset(&none);
  return ::sigprocmask(SIG_SETMASK, &none, nullptr) == 0;
}

bool set_limits(const plan& x) {
  for (std::size_t i = 0; i < x.limits_size; ++i) {
    const rlimit most{x.limits[i].most, x.limits[i].most};
    if (::syscall(SYS_prlimit64, 0, x.limits[i].what, &most, nullptr) != 0)
      return false;
  }
  return true;
}

// By system calls: the library's functions would change our threads with it.
bool set_identity(const program::identity& x) {
  return ::syscall(SYS_setgroups, 1, &x.group) == 0
         && ::syscall(SYS_setresgid, x.group, x.group, x.group) == 0
         && ::syscall(SYS_setresuid, x.user, x.user, x.user) == 0;
}

bool set_descriptors(const plan& x) {
  for (int i = 0; i < 3; ++i)
    if (::dup2(x.standard[i], i) != i)
      return false;
  return ::close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC) == 0;
}

// Runs in memory that is its parent's: it calls the system and nothing else.
[[noreturn]] void become(const plan& x) {
  if (::setpgid(0, 0) == 0 && set_descriptors(x) && set_limits(x)
      && (x.as == nullptr || set_identity(*x.as)) && set_signals())
    ::execve(x.file, x.arguments, x.environment);
  const int why = errno;
  [[maybe_unused]] const auto ignored = ::write(x.failure, &why, sizeof why);
  ::_exit(127);
}

// With vfork, for the whole memory of a large process need not be mapped again,
// and its lines in the page tables are many. Signals wait, since their handlers
// would run in our memory too.
[[gnu::noinline]] pid_t make_process(const plan& x) {
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t id = ::vfork();
  if (id == 0)
    become(x);
  const int why = errno;
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  errno = why;
  return id;
}

/// @returns The errno of a child that came to nothing; 0 once it has become the
///          program.
int failure_of(int from) {
  int why = 0;
  while (::read(from, &why, sizeof why) < 0 && errno == EINTR) {
  }
  return why;
}

void reap(pid_t id) {
  while (::waitpid(id, nullptr, 0) < 0 && errno == EINTR) {
  }
}

child made(const plan& x, pipe_ends failure) {
  child out;
  out.id = make_process(x);
  if (out.id < 0)
    refuse("no process");
  failure.write = {};
  if (const int why = failure_of(failure.read.get()); why != 0) {
    reap(out.id);
    errno = why;
    refuse("cannot run");
  }
  out.handle
    = descriptor{static_cast<int>(::syscall(SYS_pidfd_open, out.id, 0))};
  if (!out.handle) {
    const int why = errno;
    ::kill(-out.id, SIGKILL);
    reap(out.id);
    errno = why;
    refuse("no handle for the process");
  }
  return out;
}

child made(const program& x, bool talks) {
  const auto path = own_path();
  const auto file = file_of(x, path);
  auto arguments = x.run;
  std::vector<std::string> environment;
  if (!x.environment.contains("PATH"))
    environment.push_back("PATH=" + path);
  for (const auto& [name, value] : x.environment)
    environment.push_back(name + "=" + value);
  auto said = talks ? make_conversation() : pipe_ends{make_input(x), {}};
  auto output = make_output();
  auto errors = make_output();
  auto failure = make_pipe();
  const auto argv = pointers(arguments);
  const auto envp = pointers(environment);
  const plan all{file.c_str(),
                 argv.data(),
                 envp.data(),
                 {said.read.get(), output.write.get(), errors.write.get()},
                 failure.write.get(),
                 x.as ? &*x.as : nullptr,
                 x.limits.data(),
                 x.limits.size()};
  auto out = made(all, std::move(failure));
  out.input = std::move(said.write);
  out.output = std::move(output.read);
  out.errors = std::move(errors.read);
  return out;
}

} // namespace

child spawn(const program& x, bool talks) {
  if (x.run.empty())
    return {.why = "no program is named"};
  if (!can_be_told(x))
    return {
      .why = x.run[0]
             + ": NUL in an argument or the environment, or = in a name of it"};
  try {
    return made(x, talks);
  } catch (const std::system_error& failure) {
    return {.why = x.run[0] + ": " + failure.what()};
  }
}

} // namespace stagepost::net
