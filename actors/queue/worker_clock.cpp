// How long a peer may take for what (RFC 5321, 4.5.3.2).

#include "actors/queue/delivery_worker.hpp"

#include <utility>

namespace stagepost::worker {

std::chrono::seconds limit_of(const worker_state& state,
                              smtp::sender::awaited what) {
  using awaited = smtp::sender::awaited;
  const auto& limits = state.rules->configuration.delivery.timeouts;
  switch (what) {
    case awaited::greeting:
      return limits.greeting;
    case awaited::nothing:
    case awaited::command:
      return limits.command;
    case awaited::data:
      return limits.data;
    case awaited::content:
      return limits.content;
    case awaited::dot:
      return limits.dot;
  }
  return limits.command;
}

void allow(worker_state& state, smtp::sender::awaited what) {
  state.peer->deadline(std::chrono::steady_clock::now()
                       + limit_of(state, what));
}

// A peer that drips octets gains nothing: only whole replies count.
void watch(worker_state& state) {
  const auto step = state.dialogue->steps();
  if (std::exchange(state.watched, step) != step)
    allow(state, state.dialogue->awaits());
}

} // namespace stagepost::worker
