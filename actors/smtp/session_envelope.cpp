#include "actors/auth/sender_match.hpp"
#include "actors/routes.hpp"
#include "actors/smtp/session_steps.hpp"
#include "net/local_address.hpp"

#include <utility>

namespace stagepost {

namespace {

using steady = std::chrono::steady_clock;

mail_origin origin_of(const session_state& state) {
  return {state.key, state.dialogue->user(), state.dialogue->current().sender};
}

smtp::reply too_much(session_state& state, const rate_refusal& x,
                     std::string what) {
  counters::add(state.of->here->count.refused(x.what));
  return {450,
          {4, 7, 1},
          std::move(what) + " within a minute, try again in "
            + std::to_string(x.retry_after.count()) + " s"};
}

smtp::reply judge_sender(session_state& state) {
  auto& here = *state.of->here;
  const auto& settings = *state.of->settings;
  if (here.load.level() != load_level::fine) {
    counters::add(here.count.load_refusals);
    return {452, {4, 3, 1}, "No room for mail at the moment, try again later"};
  }
  if (const auto& wish = state.dialogue->current().egress;
      wish && !wish->ip.empty() && !net::is_local_address(wish->ip))
    return {501, {5, 5, 4}, "No connection can come from " + wish->ip};
  const auto& sender = state.dialogue->current().sender;
  if (settings.require_sender_match && !state.dialogue->user().empty()
      && !(state.more && may_send_as(state.more->senders, sender)))
    return {553, {5, 7, 1}, "That sender is not yours to use"};
  if (const auto x = here.passing.take_message(settings.limits.per_minute,
                                               origin_of(state), steady::now()))
    return too_much(state, *x, "Too many messages");
  return {250, {2, 1, 0}, "Ok"};
}

smtp::reply judge_recipient(session_state& state) {
  const auto& settings = *state.of->settings;
  const auto& now = state.dialogue->current();
  if (const auto x = state.of->here->passing.take_recipient(
        settings.limits.per_minute, origin_of(state), steady::now()))
    return too_much(state, *x, "Too many recipients");
  const auto way
    = decide(*state.of->here, *state.of->rules,
             {settings.name, state.client, now.sender,
              state.dialogue->recipient().address, state.dialogue->user()});
  if (const auto why = route_refusal(way, state.dialogue->recipient().address,
                                     state.dialogue->user()))
    return *why;
  state.relays |= way.to->type == config::outlet_type::queue;
  return {250, {2, 1, 5}, "Recipient ok"};
}

} // namespace

void verify_sender(session_state& state) {
  state.relays = false;
  const auto verdict = judge_sender(state);
  if (!verdict.positive())
    log::info("smtp", "sender refused",
              {{"client", state.client},
               {"user", state.dialogue->user()},
               {"from", state.dialogue->current().sender},
               {"reply", to_string(verdict)}});
  state.dialogue->sender_verified(verdict);
}

void verify_recipient(session_state& state) {
  const auto verdict = judge_recipient(state);
  if (!verdict.positive()) {
    counters::add(state.of->here->count.refused_recipients);
    log::info("smtp", "recipient refused",
              {{"client", state.client},
               {"from", state.dialogue->current().sender},
               {"to", state.dialogue->recipient().address},
               {"reply", to_string(verdict)}});
  }
  state.dialogue->verified(verdict);
}

} // namespace stagepost
