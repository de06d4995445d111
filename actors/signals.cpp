#include "actors/signals.hpp"

#include <csignal>
#include <ctime>

namespace stagepost::signals {

namespace {

sigset_t ours() {
  sigset_t out;
  sigemptyset(&out);
  for (const int x : {SIGINT, SIGTERM, SIGHUP, SIGCHLD, SIGUSR1})
    sigaddset(&out, x);
  return out;
}

} // namespace

void block() {
  const auto all = ours();
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

int next(std::chrono::milliseconds limit) {
  const auto all = ours();
  const auto s = std::chrono::duration_cast<std::chrono::seconds>(limit);
  const timespec wait{s.count(),
                      static_cast<long>((limit - s).count()) * 1'000'000};
  const int got = sigtimedwait(&all, nullptr, &wait);
  return got > 0 ? got : 0;
}

bool end_waits() {
  sigset_t waiting;
  sigemptyset(&waiting);
  sigpending(&waiting);
  return sigismember(&waiting, SIGINT) == 1
         || sigismember(&waiting, SIGTERM) == 1
         || sigismember(&waiting, SIGUSR1) == 1;
}

} // namespace stagepost::signals
