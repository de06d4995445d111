#include "actors/smtp/session_steps.hpp"

#include <algorithm>
#include <utility>

namespace stagepost {

namespace {

using steady = std::chrono::steady_clock;
using time_point = session_state::time_point;
using pause = session_state::pause;
using stage = session_state::stage;

/// Replies that a client may leave unread before its input waits.
constexpr std::size_t most_unsent = 64U << 10U;

/// What is left of `session_idle` when clients are many.
constexpr std::chrono::seconds hurried{10};

const config::limits_section& limits_of(const session_state& state) {
  return state.of->settings->limits;
}

/// How long a client may say nothing. When there are nearly too many of them,
/// those who do nothing make room.
std::chrono::seconds idle_time(session_state& state) {
  const auto& limits = limits_of(state);
  if (!under_stress(state.of->here->clients.in_all(), limits.max_clients,
                    limits.stress))
    return limits.session_idle;
  state.dialogue->tighten(1);
  return std::min(limits.session_idle, hurried);
}

/// Content has its first minute, and then as long as it keeps its rate.
time_point content_deadline(const session_state& state, time_point now) {
  const auto& limits = limits_of(state);
  const auto idle = now + limits.session_idle;
  if (limits.minimum_rate == 0)
    return idle;
  const auto earned = std::chrono::seconds{state.dialogue->content_size()
                                           / limits.minimum_rate};
  return std::min(idle, state.busy_since + limits.command_time + earned);
}

/// A client is not kept by octets that it drips: what counts is the last whole
/// command, and of one that has begun its first octet.
time_point deadline(session_state& state, time_point now) {
  const auto& limits = limits_of(state);
  auto& machine = *state.dialogue;
  const bool content = machine.in_content();
  if (std::exchange(state.commands, machine.commands()) != machine.commands()) {
    state.idle_since = now;
    state.in_something = false;
  }
  const bool something = content || machine.in_command();
  if (something && !state.in_something)
    state.busy_since = now;
  state.in_something = something;
  if (content)
    return content_deadline(state, now);
  auto end = state.idle_since + idle_time(state);
  if (something)
    end = std::min(end, state.busy_since + limits.command_time);
  if (limits.session_total.count() != 0)
    end = std::min(end, state.here_since + limits.session_total);
  return end;
}

std::string why_over(const session_state& state, time_point now) {
  const auto& limits = limits_of(state);
  if (state.waits == pause::asking)
    return "No answer for too long, closing";
  if (state.in_something)
    return "That comes too slowly, closing";
  if (limits.session_total.count() != 0
      && now >= state.here_since + limits.session_total)
    return "Long enough for one session, closing";
  return "Nothing heard for too long, closing";
}

/// A 421 names the host (RFC 5321, 4.2.2).
smtp::reply farewell(const session_state& state, time_point now) {
  if (state.waits == pause::storing)
    return {451, {4, 3, 0}, "Mail can't be stored at the moment, try later"};
  return {
    421, {4, 4, 2}, state.of->dialogue->hostname + ' ' + why_over(state, now)};
}

} // namespace

void rest(session_state& state) {
  flush(state);
  count_content(state);
  state.peer->deadline(deadline(state, steady::now()));
  if (state.peer->unsent() > most_unsent)
    state.peer->want_drained();
  else
    state.peer->want_input();
}

void on_silence(session_pointer self) {
  auto& state = self->state;
  if (!state.peer)
    return;
  if (state.at == stage::quiet)
    return greet(self);
  if (state.waits == pause::refusing)
    return refuse_login(self);
  log::info("smtp", "client timed out", {{"client", state.client}});
  std::string out = state.dialogue->take_replies();
  if (state.greeted) // else TLS or a proxy's header was to come first
    smtp::append_wire(out, farewell(state, steady::now()));
  state.peer->write(std::move(out));
  std::exchange(state.peer, nullptr)->finish();
  self->quit();
}

} // namespace stagepost
