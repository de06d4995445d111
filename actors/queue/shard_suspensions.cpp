// What is suspended: by whom wanted, until when, and what becomes of mail that
// can't wait that long.

#include "actors/queue/shard.hpp"
#include "mail/date.hpp"

#include <utility>

namespace stagepost::shard {

namespace {

void publish(shard_state& state) {
  state.services->suspended.set(state.backlog->suspended().all());
}

void log_end(const queue::suspension& x, const char* why) {
  log::info("queue", "resumed",
            {{"what", name_of(x.what)}, {"name", x.subject}, {"why", why}});
}

smtp::reply expired_by(const queue::suspension& x) {
  return {451, {4, 3, 2}, "Delivery was suspended: " + to_string(x)};
}

} // namespace

std::uint64_t suspend(shard_state& state, const queue::suspension& x) {
  const auto count = state.backlog->suspend(x);
  state.line.gathering().pauses.push_back({x, false});
  publish(state);
  log::warning("queue", "suspended",
               {{"what", name_of(x.what)},
                {"name", x.subject},
                {"reason", x.reason},
                {"until", x.until ? rfc3339_date(*x.until) : std::string{}}});
  return count;
}

std::uint64_t resume(shard_state& state, const queue::suspension& x) {
  const auto count
    = state.backlog->resume(x.what, x.subject, state.here->now());
  if (!count)
    return 0;
  state.line.gathering().pauses.push_back({x, true});
  publish(state);
  log_end(x, "by the administrator");
  return *count;
}

void take_in(shard_state& state, const std::vector<queue::suspension>& x) {
  for (const auto& one : x)
    state.backlog->suspend(one);
  publish(state);
}

void mind_suspensions(shard_pointer self) {
  auto& state = self->state;
  const auto now = state.here->now();
  const auto over = state.backlog->end_suspensions(now);
  for (const auto& x : over) {
    state.line.gathering().pauses.push_back({x, true});
    log_end(x, "its time is over");
  }
  if (!over.empty())
    publish(state);
  for (const auto& [lease, why] : state.backlog->take_expired(now))
    fail(self, lease, expired_by(why), queue::attempt::none);
}

} // namespace stagepost::shard
