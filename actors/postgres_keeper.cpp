#include "actors/postgres_keeper.hpp"

#include "actors/runtime/log.hpp"

#include <csignal>
#include <limits>
#include <unistd.h>
#include <utility>

namespace stagepost {

postgres_keeper::postgres_keeper(node& here, std::function<bool()> given_up)
  : here_(here), cluster_({here.configuration.node.data_dir + "/postgres",
                           here.configuration.node.user,
                           std::chrono::seconds(60),
                           {},
                           std::move(given_up)}),
    policy_({std::chrono::milliseconds(50), std::chrono::seconds(5),
             std::chrono::seconds(60),
             std::numeric_limits<std::size_t>::max()}) {
  record_.path = place;
  record_.kind = "postgres";
}

postgres_keeper::~postgres_keeper() {
  here_.tree.leave(record_);
}

std::string postgres_keeper::start() {
  cluster_.start();
  record_.started = std::chrono::system_clock::now();
  here_.tree.join(record_);
  here_.postgres_down = false;
  log::info("storage", "postgres started", {{"pid", cluster_.pid()}});
  return cluster_.connection_string();
}

void postgres_keeper::stop() {
  here_.tree.leave(record_);
  cluster_.stop();
}

void postgres_keeper::ask_restart(node& here) {
  here.postgres_unwanted = true;
  kill(getpid(), SIGCHLD);
}

void postgres_keeper::end_unwanted() {
  if (!here_.postgres_unwanted.exchange(false) || restart_at_)
    return;
  asked_ = true;
  cluster_.ask_to_end();
}

void postgres_keeper::attend(std::chrono::steady_clock::time_point now) {
  end_unwanted();
  std::string why;
  if (!restart_at_ && cluster_.reaped(why)) {
    if (std::exchange(asked_, false))
      why = "restarted by the administrator";
    here_.tree.leave(record_);
    here_.tree.died(std::string{place}, why, true);
    here_.postgres_down = true;
    log::error("storage", "postgres died", {{"why", why}});
    restart_at_ = now + *policy_.died(now);
  }
  if (!restart_at_ || now < *restart_at_)
    return;
  try {
    start();
    here_.tree.restarted(std::string{place});
    restart_at_.reset();
  } catch (const std::exception& x) {
    const auto wait = *policy_.died(now);
    log::error("storage", "postgres not started",
               {{"why", x.what()}, {"again_in_ms", wait.count()}});
    restart_at_ = now + wait;
  }
}

} // namespace stagepost
