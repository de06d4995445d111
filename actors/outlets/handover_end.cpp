// The end of a handover: what the client hears of its outlets' verdicts, what
// is written down, and what the sender gets by mail.

#include "actors/outlets/arrivals.hpp"
#include "actors/outlets/handover.hpp"
#include "actors/queue/shard.hpp"
#include "mail/notify.hpp"
#include "mail/outlet/fold.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace stagepost::handing_over {

namespace {

using type = config::outlet_type;
using indices = std::vector<std::size_t>;

constexpr std::chrono::seconds record_limit{12};
static_assert(record_limit > shard::storage_patience,
              "a shard gives up before");
static_assert(record_limit < outlet_slack, "the session does after that");

const smtp::reply not_recorded{
  451, {4, 3, 0}, "What became of it can't be stored, try again later"};

/// What a report is to tell of these recipients.
queue::backlog::settlement untold(const handover_state& state,
                                  const indices& whom) {
  queue::backlog::settlement out;
  if (whom.empty())
    return out;
  out.what
    = std::make_shared<const queue::message>(about(*state.by, *state.mail));
  out.body = state.mail->body;
  for (const auto i : whom) {
    auto& to = out.verdicts.emplace_back();
    to.row = row_of(*state.mail, i);
    to.reply = state.verdicts[i].reply;
  }
  return out;
}

/// Failure mails, one for each outlet that wants them. Who gets a report needs
/// none.
void send_notices(const handover_state& state, const indices& reported) {
  std::map<const config::outlet*, std::shared_ptr<failure_notice>> all;
  for (std::size_t i = 0; i < state.verdicts.size(); ++i) {
    const auto& x = state.verdicts[i];
    const auto* at = state.at[i];
    if (x.accepted() || !x.tell_sender || !at->failure_mail.wanted
        || !wants(state.mail->envelope.recipients[i].notify, notify_failure)
        || std::binary_search(reported.begin(), reported.end(), i))
      continue;
    auto& to = all[at];
    if (!to)
      to = std::make_shared<failure_notice>(
        failure_notice{at->name, state.mail, {}, x});
    to->recipients.push_back(state.mail->envelope.recipients[i].address);
  }
  for (const auto& [at, notice] : all)
    caf::anon_send(state.here->notices.get(), notice_atom_v,
                   local<const failure_notice>{notice});
}

void tell_client(handover_pointer self, std::vector<smtp::reply> replies,
                 const indices& reported) {
  auto& state = self->state;
  state.client.deliver(
    make_local<const std::vector<smtp::reply>>(std::move(replies)));
  send_notices(state, reported);
  self->quit();
}

/// Nobody has learnt what was to be told: the client is to come again.
void tell_unrecorded(handover_pointer self, const indices& reported) {
  const auto& mail = *self->state.mail;
  log::warning("outlet", "not recorded",
               {{"id", to_string(mail.id)},
                {"reply", smtp::to_string(not_recorded)},
                {"next", "the client sends it again, also to those that have "
                         "accepted it"}});
  tell_client(self, {not_recorded}, reported);
}

/// Those accepted by outlets, which report nothing themselves, whose sender
/// asked to hear of it (RFC 3461, 5.2.2).
indices asked_for(const handover_state& state) {
  indices out;
  for (std::size_t i = 0; i < state.verdicts.size(); ++i)
    if (state.verdicts[i].accepted() && state.at[i]->type != type::queue
        && !state.mail->envelope.sender.empty()
        && wants(state.mail->envelope.recipients[i].notify, notify_success))
      out.push_back(i);
  return out;
}

/// As long as somebody is there to hear what came of it.
std::chrono::steady_clock::duration time_to_record(handover_pointer self) {
  const auto left = session_ends(self->state) - self->clock().now();
  return std::clamp<std::chrono::steady_clock::duration>(
    left, std::chrono::seconds{1}, record_limit);
}

} // namespace

std::chrono::steady_clock::time_point
session_ends(const handover_state& state) {
  std::chrono::seconds longest{0};
  for (const auto& x : state.first)
    if (x.to != nullptr)
      longest = std::max(longest, x.to->reply_within);
  return state.begun + longest + outlet_slack;
}

void finish(handover_pointer self) {
  auto& state = self->state;
  const bool told = !state.mail->envelope.sender.empty();
  std::vector<bool> wanted;
  for (const auto& x : state.mail->envelope.recipients)
    wanted.push_back(told && wants(x.notify, notify_failure));
  const auto whole = outlet::fold(state.verdicts, wanted);
  std::vector<smtp::reply> replies;
  if (state.each)
    for (const auto& x : state.verdicts)
      replies.push_back(x.reply);
  else
    replies.push_back(whole.reply);
  const auto reported = state.each ? indices{} : whole.untold;
  auto whom = told ? reported : indices{};
  const bool waits = !whom.empty();
  const auto accepted = asked_for(state);
  whom.insert(whom.end(), accepted.begin(), accepted.end());
  auto record = make_local<const handed_over>(
    {std::move(state.events), untold(state, whom)});
  if (state.here->shards.empty())
    return tell_client(self, std::move(replies), reported);
  const auto shard = state.here->shards.at(state.mail->shard)->shard.get();
  if (!waits) {
    caf::anon_send(shard, record_atom_v, std::move(record));
    return tell_client(self, std::move(replies), reported);
  }
  self->request(shard, time_to_record(self), record_atom_v, std::move(record))
    .then(
      [self, replies, reported](bool durable) {
        if (!durable)
          return tell_unrecorded(self, reported);
        tell_client(self, replies, reported);
      },
      [self, reported](const caf::error&) { tell_unrecorded(self, reported); });
}

} // namespace stagepost::handing_over
