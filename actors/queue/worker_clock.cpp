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

std::string what_took_too_long(const worker_state& state) {
  using awaited = smtp::sender::awaited;
  const auto what = state.sending    ? awaited::content
                    : state.dialogue ? state.dialogue->awaits()
                                     : awaited::command;
  const bool hands
    = state.dialogue
      && state.dialogue->wanted() == smtp::sender::wish::start_tls;
  const auto says = [&](const char* happened, const char* key) {
    return happened + std::string{" within "}
           + std::to_string(limit_of(state, what).count())
           + " s (delivery.timeouts." + key + ')';
  };
  switch (what) {
    case awaited::greeting:
      return says("no greeting came", "greeting");
    case awaited::data:
      return says("DATA was not answered", "data");
    case awaited::content:
      return says("the content was not taken", "content");
    case awaited::dot:
      return says("the whole content was not answered", "dot");
    case awaited::nothing:
    case awaited::command:
      break;
  }
  return says(hands ? "the handshake was not done"
                    : "a command was not answered",
              "command");
}

void allow(worker_state& state, smtp::sender::awaited what) {
  state.deadline = std::chrono::steady_clock::now() + limit_of(state, what);
  state.peer->deadline(state.deadline);
}

// A peer that drips octets gains nothing: only whole replies count.
void watch(worker_state& state) {
  const auto step = state.dialogue->steps();
  if (std::exchange(state.watched, step) != step)
    allow(state, state.dialogue->awaits());
}

} // namespace stagepost::worker
