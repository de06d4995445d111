#include "actors/cli/terminal.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>
#include <utility>

namespace stagepost::cli {

namespace {

using line = std::variant<sasl::secret, std::string>;

constexpr std::size_t longest_line = 4096;

/// A file that closes itself.
class descriptor {
public:
  explicit descriptor(int fd) : fd_(fd) {
  }
  ~descriptor() {
    if (fd_ >= 0)
      ::close(fd_);
  }
  descriptor(const descriptor&) = delete;
  descriptor& operator=(const descriptor&) = delete;
  [[nodiscard]] int get() const noexcept {
    return fd_;
  }

private:
  int fd_;
};

/// Keeps signals that end the program waiting: they show in `waiting()`, and
/// come when this object has gone.
class held_signals {
public:
  held_signals() {
    sigset_t ours;
    sigemptyset(&ours);
    for (const int x : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP})
      sigaddset(&ours, x);
    pthread_sigmask(SIG_BLOCK, &ours, &before_);
    sigdelset(&ours, SIGTSTP); // to stop can wait for the answer
    waiting_ = signalfd(-1, &ours, SFD_CLOEXEC);
  }
  ~held_signals() {
    ::close(waiting_);
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  held_signals(const held_signals&) = delete;
  held_signals& operator=(const held_signals&) = delete;
  /// Readable when there is one.
  [[nodiscard]] int waiting() const noexcept {
    return waiting_;
  }

private:
  sigset_t before_{};
  int waiting_ = -1;
};

/// A terminal that does not show what is typed.
class silence {
public:
  explicit silence(int terminal) : terminal_(terminal) {
    known_ = tcgetattr(terminal_, &before_) == 0;
    auto quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    if (known_)
      tcsetattr(terminal_, TCSAFLUSH, &quiet);
  }
  ~silence() {
    if (known_)
      tcsetattr(terminal_, TCSAFLUSH, &before_);
  }
  silence(const silence&) = delete;
  silence& operator=(const silence&) = delete;

private:
  int terminal_;
  termios before_{};
  bool known_ = false;
};

/// Octet by octet, for what comes after the line is not ours.
line read_line(int from) {
  std::string text;
  text.reserve(longest_line); // no copies of it are left behind
  for (;;) {
    char c = 0;
    const auto n = ::read(from, &c, 1);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return std::string{"can't read: "} + std::strerror(errno);
    if (n == 0 && text.empty())
      return std::string{"there is no line to read"};
    if (n == 0 || c == '\n')
      break;
    if (text.size() == longest_line)
      return std::string{"a line this long is no password"};
    text += c;
  }
  if (text.ends_with('\r'))
    text.pop_back();
  return sasl::secret{std::move(text)};
}

void say(int to, const std::string& text) {
  [[maybe_unused]] const auto ignored = ::write(to, text.data(), text.size());
}

} // namespace

line ask_hidden(const std::string& prompt) {
  const descriptor terminal{::open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)};
  if (terminal.get() < 0)
    return std::string{"there is no terminal to ask; "
                       "--stdin takes a line from the standard input"};
  const held_signals signals;
  const silence quiet{terminal.get()};
  say(terminal.get(), prompt);
  std::array<pollfd, 2> events{
    {{terminal.get(), POLLIN, 0}, {signals.waiting(), POLLIN, 0}}};
  while (::poll(events.data(), events.size(), -1) < 0 && errno == EINTR)
    ;
  say(terminal.get(), "\n");
  if (events[1].revents != 0)
    return std::string{"interrupted"};
  return read_line(terminal.get());
}

line read_input_line() {
  return read_line(STDIN_FILENO);
}

} // namespace stagepost::cli
