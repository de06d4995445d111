// How a delivery worker signs what it sends (RFC 6376): before the envelope, a
// piece of the content at a time, once a message.

#include "actors/queue/delivery_worker.hpp"
#include "mail/address.hpp"

#include <boost/asio/post.hpp>
#include <caf/send.hpp>

#include <utility>

namespace stagepost::worker {

namespace {

/// Read before others on the loop get their turn: a millisecond's work.
constexpr std::size_t octets_a_turn = 256U << 10U;

bool is(const queue::message& what, queue::message_flag flag) {
  return (what.flags & flag) != 0;
}

/// What makes the content 7bit, once more: the octets are the same each time.
auto conversion(const mime::seven_bit_plan& plan) {
  auto at_work = std::make_shared<mime::seven_bit_encoder>(plan);
  return [at_work](std::string_view octets, bool last, std::string& out) {
    at_work->encode(octets, out);
    if (last)
      at_work->finish(out);
  };
}

std::unique_ptr<dkim::message_signer> signer_of(const worker_state& state) {
  const auto& what = *state.job->what;
  dkim::message_signer::facts x;
  x.sender_domain = dns_domain_of(what.sender);
  x.own = is(what, queue::flag_report);
  x.at = state.here->now();
  if (state.converter)
    x.change = conversion(*state.plan);
  else
    x.binary = is(what, queue::flag_binary);
  return std::make_unique<dkim::message_signer>(
    state.job->body, state.rules->dkim.table(), std::move(x));
}

/// Says and counts what came of it, once a message.
void note(worker_state& state, const dkim::signing& x) {
  auto& count = state.here->count;
  counters::add(count.dkim_signatures, x.signatures);
  const auto id = to_string(state.job->what->id);
  if (x.signatures != 0)
    log::debug("dkim", "signed", {{"id", id}, {"by", x.by}});
  if (x.why_not.empty())
    return;
  counters::add(count.dkim_failures);
  log::warning("dkim", "not signed",
               {{"id", id}, {"why", x.why_not}, {"by", x.by}});
}

} // namespace

bool sign(worker_pointer self) {
  auto& state = self->state;
  const bool changed = state.converter != nullptr;
  if (changed != state.signed_changed)
    forget_signature(state);
  state.signed_changed = changed;
  if (state.signature)
    return true;
  const auto& what = *state.job->what;
  const auto keys = state.rules->dkim.table();
  if (!keys
      || !(is(what, queue::flag_vouched) || is(what, queue::flag_report))) {
    static const auto nothing = std::make_shared<const dkim::signing>();
    state.signature = nothing;
    return true;
  }
  auto& done = state.here->signatures;
  if (state.signature = done.find(what.id, {keys, changed}); state.signature)
    return true;
  if (!state.signer)
    state.signer = signer_of(state);
  if (!state.signer->work(octets_a_turn)) {
    // Goes on when others on the loop had their turn.
    boost::asio::post(*state.loop, tell(self, drained_atom_v));
    return false;
  }
  state.signature
    = std::make_shared<const dkim::signing>(state.signer->outcome());
  state.signer.reset();
  note(state, *state.signature);
  if (state.signature->why_not.empty() || state.signature->for_good)
    done.add(what.id, {keys, changed}, state.signature);
  return true;
}

void forget_signature(worker_state& state) {
  state.signer.reset();
  state.signature.reset();
}

std::optional<smtp::reply> unsigned_refusal(const worker_state& state) {
  const auto& x = *state.signature;
  if (x.why_not.empty() || !state.rules->configuration.dkim.required)
    return std::nullopt;
  if (x.for_good)
    return smtp::reply{554, {5, 6, 0}, "It can't be signed: " + x.why_not};
  return smtp::reply{451, {4, 3, 0}, "It can't be signed now: " + x.why_not};
}

} // namespace stagepost::worker
