#include "actors/watch.hpp"

#include "actors/runtime/log.hpp"

#include <algorithm>

namespace stagepost {

namespace {

constexpr std::chrono::minutes between_tellings{1};
constexpr std::chrono::seconds between_keys{10};

bool has(const std::vector<std::string>& told, const std::string& what) {
  return std::find(told.begin(), told.end(), what) != told.end();
}

} // namespace

std::uint64_t pauses_of_doors(const node& here) noexcept {
  std::uint64_t out = 0;
  for (const auto& x : here.acceptors)
    if (x)
      out += x->pauses();
  return out;
}

void watch::attend(time_point now) {
  attend_load(now);
  attend_doors(now);
  attend_keys(now);
}

void watch::attend_load(time_point now) {
  if (here_.in_force.refresh(rules_)) {
    const auto& x = rules_->configuration.limits;
    here_.load.limit({x.content_memory, x.free_disk});
  }
  const auto change = here_.load.observe(now);
  if (!change)
    return;
  switch (change->to) {
    case load_level::fine:
      return log::info("node", "takes mail as usual again");
    case load_level::scarce:
      return log::warning(
        "node", "runs short",
        {{"why", change->why}, {"then", "new messages are answered 452"}});
    case load_level::exhausted:
      return log::error(
        "node", "runs out",
        {{"why", change->why}, {"then", "new clients are answered 421"}});
  }
}

void watch::attend_doors(time_point now) {
  const auto pauses = pauses_of_doors(here_);
  if (pauses == pauses_told_ || now < next_telling_)
    return;
  next_telling_ = now + between_tellings;
  log::warning(
    "node", "clients wait for a file descriptor",
    {{"pauses", pauses - pauses_told_},
     {"RLIMIT_NOFILE", files_},
     {"next", "set a higher LimitNOFILE= in the systemd unit, or a lower "
              "limits.max_clients"}});
  pauses_told_ = pauses;
}

void watch::attend_keys(time_point now) {
  if (now < next_keys_)
    return;
  next_keys_ = now + between_keys;
  look_at_keys();
}

void watch::look_at_keys() {
  look_at_certificates();
  look_at_dkim();
}

void watch::look_at_certificates() {
  const auto found = here_.in_force.get()->tls.reload_if_changed();
  if (found.changed)
    log::info("node", "certificates renewed",
              {{"then", "new connections are shown these"}});
  for (const auto& why : found.refusals)
    if (!has(refusals_, why))
      log::warning("node", "certificate not renewed",
                   {{"why", why}, {"then", "the one before stays in use"}});
  refusals_ = found.refusals;
}

void watch::look_at_dkim() {
  const auto now = here_.in_force.get();
  const auto found = now->dkim.reload_if_changed();
  if (found.changed)
    log::info("node", "dkim keys renewed",
              {{"then", "messages are signed with these"}});
  for (const auto& why : found.refusals)
    if (!has(dkim_refusals_, why))
      log::warning("node", "dkim key not renewed",
                   {{"why", why}, {"then", "the one before stays in use"}});
  dkim_refusals_ = found.refusals;
  const auto warnings = now->dkim.warnings();
  for (const auto& what : warnings)
    if (!has(dkim_warnings_, what))
      log::warning("node", "dkim key doubtful", {{"what", what}});
  dkim_warnings_ = warnings;
}

} // namespace stagepost
