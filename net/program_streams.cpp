#include "net/program_streams.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <string>
#include <string_view>
#include <sys/mman.h>
#include <system_error>
#include <unistd.h>

namespace stagepost::net {

namespace {

descriptor checked(int fd, const char* what) {
  descriptor out{fd};
  if (out && out.get() <= STDERR_FILENO)
    out = descriptor{::fcntl(out.get(), F_DUPFD_CLOEXEC, STDERR_FILENO + 1)};
  if (!out)
    refuse(what);
  return out;
}

void do_not_wait(const descriptor& x) {
  if (::fcntl(x.get(), F_SETFL, O_NONBLOCK) != 0)
    refuse("no pipe");
}

// A file in memory instead of a pipe: nobody has to feed it, and a program that
// does not read it breaks nothing.
descriptor in_memory(std::string_view octets) {
  constexpr auto what = "no memory for the input";
  auto out
    = checked(::memfd_create("input", MFD_CLOEXEC | MFD_ALLOW_SEALING), what);
  while (!octets.empty()) {
    const auto n = ::write(out.get(), octets.data(), octets.size());
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      refuse(what);
    octets.remove_prefix(static_cast<std::size_t>(n));
  }
  // What a program leaves behind must not change what it was given.
  constexpr auto seals
    = F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL;
  if (::lseek(out.get(), 0, SEEK_SET) != 0
      || ::fcntl(out.get(), F_ADD_SEALS, seals) != 0)
    refuse(what);
  return out;
}

// Not a duplicate: that would share its position with other readers, and could
// be written to.
descriptor opened_anew(int file) {
  const auto path = "/proc/self/fd/" + std::to_string(file);
  return checked(::open(path.c_str(), O_RDONLY | O_CLOEXEC),
                 "the message can't be read");
}

} // namespace

void refuse(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

pipe_ends make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0)
    refuse("no pipe");
  descriptor read{ends[0]};
  descriptor write{ends[1]};
  return {checked(read.release(), "no pipe"),
          checked(write.release(), "no pipe")};
}

pipe_ends make_output() {
  auto out = make_pipe();
  do_not_wait(out.read);
  return out;
}

pipe_ends make_conversation() {
  auto out = make_pipe();
  do_not_wait(out.write);
  return out;
}

descriptor make_input(const program& x) {
  if (x.body && x.body->file() >= 0)
    return opened_anew(x.body->file());
  const auto octets = x.body ? x.body->in_memory() : std::string_view{x.input};
  if (octets.empty())
    return checked(::open("/dev/null", O_RDONLY | O_CLOEXEC), "/dev/null");
  return in_memory(octets);
}

} // namespace stagepost::net
