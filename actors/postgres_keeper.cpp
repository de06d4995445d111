#include "actors/postgres_keeper.hpp"

#include "actors/runtime/log.hpp"

#include <limits>
#include <utility>

namespace stagepost {

namespace {

constexpr auto place = "storage/postgres";

} // namespace

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

void postgres_keeper::attend(std::chrono::steady_clock::time_point now) {
  std::string why;
  if (!restart_at_ && cluster_.reaped(why)) {
    here_.tree.leave(record_);
    here_.tree.died(place, why, true);
    here_.postgres_down = true;
    log::error("storage", "postgres died", {{"why", why}});
    restart_at_ = now + *policy_.died(now);
  }
  if (!restart_at_ || now < *restart_at_)
    return;
  try {
    start();
    here_.tree.restarted(place);
    restart_at_.reset();
  } catch (const std::exception& x) {
    const auto wait = *policy_.died(now);
    log::error("storage", "postgres not started",
               {{"why", x.what()}, {"again_in_ms", wait.count()}});
    restart_at_ = now + wait;
  }
}

} // namespace stagepost
