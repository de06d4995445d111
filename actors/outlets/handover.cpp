#include "actors/outlets/handover.hpp"

#include "actors/outlets/arrivals.hpp"
#include "actors/outlets/outlets.hpp"
#include "actors/queue/shard.hpp"

#include <caf/exit_reason.hpp>

#include <algorithm>
#include <map>
#include <utility>

namespace stagepost {

namespace {

using type = config::outlet_type;
using handing_over::finish;
using handing_over::session_ends;
using outlet::verdict;
using indices = std::vector<std::size_t>;

verdict accepted(const smtp::reply& reply, const std::string& by) {
  return {verdict::kind::accepted, reply, by};
}

verdict from_queue(const smtp::reply& reply, const std::string& by) {
  return reply.positive() ? accepted(reply, by)
                          : verdict{verdict::kind::failed, reply, by};
}

/// By when an outlet has to have answered: what the first one asks for counts
/// for its fallback too.
std::chrono::steady_clock::time_point deadline_of(const handover_state& state,
                                                  std::size_t recipient) {
  return state.begun + state.first[recipient].to->reply_within;
}

void log_verdict(const handover_state& state, std::size_t recipient,
                 const verdict& x, const char* event) {
  const auto id = to_string(state.mail->id);
  const auto reply = smtp::to_string(x.reply);
  const log::fields fields{
    {"id", id},
    {"to", state.mail->envelope.recipients[recipient].address},
    {"outlet", state.at[recipient]->name},
    {"reply", reply},
    {"why", x.detail}};
  x.accepted() ? log::info("outlet", event, fields)
               : log::warning("outlet", event, fields);
}

void write_down(handover_state& state, std::size_t recipient, const verdict& x,
                queue::event::kind what) {
  const auto& mail = *state.mail;
  state.events.push_back({state.here->now(),
                          mail.id,
                          static_cast<std::uint16_t>(recipient),
                          what,
                          mail.envelope.recipients[recipient].address,
                          state.at[recipient]->name + " (" + x.by + ')',
                          smtp::to_string(x.reply),
                          {},
                          state.asked[recipient]});
}

/// The last word on a recipient.
void settle(handover_state& state, std::size_t recipient, const verdict& x) {
  state.verdicts[recipient] = x;
  --state.waits_for;
  if (state.at[recipient]->type == type::queue && x.accepted())
    return; // the shard writes it down itself
  using kind = queue::event::kind;
  write_down(state, recipient, x,
             x.accepted() ? kind::delivered : kind::refused);
  log_verdict(state, recipient, x, x.accepted() ? "accepted" : "refused");
}

void ask(handover_pointer self, const config::outlet& at, const indices& whom);

/// What failed for now goes to the fallback, if there is one, and time for the
/// slowest of them: a queue that accepts when the client has been told to come
/// again has the mail twice.
const config::outlet* fallback_of(handover_pointer self,
                                  const config::outlet& x) {
  auto& state = self->state;
  if (self->clock().now() + shard::storage_patience >= session_ends(state))
    return nullptr;
  return x.fallback.empty() ? nullptr : find_outlet(*state.by, x.fallback);
}

void on_verdicts(handover_pointer self, const config::outlet& at,
                 const indices& whom, const outlet_verdicts& said) {
  auto& state = self->state;
  const auto* next = fallback_of(self, at);
  indices again;
  for (std::size_t i = 0; i < whom.size(); ++i) {
    const auto recipient = whom[i];
    const auto& x = said[std::min(i, said.size() - 1)];
    if (next != nullptr && x.for_now()) {
      write_down(state, recipient, x, queue::event::kind::deferred);
      log_verdict(state, recipient, x, "failed, falls back");
      again.push_back(recipient);
    } else {
      settle(state, recipient, x);
    }
  }
  if (!again.empty())
    ask(self, *next, again);
  else if (state.waits_for == 0)
    finish(self);
}

/// A verdict for each or one for all of them, later: whoever asks is not done
/// asking.
void answer(handover_pointer self, const config::outlet& at,
            const indices& whom, outlet_verdicts said) {
  std::vector<std::uint64_t> numbers(whom.begin(), whom.end());
  self->send(actor_cast<handover_actor>(self->ctrl()), settle_atom_v, at.name,
             std::move(numbers),
             make_local<const outlet_verdicts>(std::move(said)));
}

verdict refused(const smtp::reply& reply, const std::string& by) {
  return {reply.temporary() ? verdict::kind::failed : verdict::kind::rejected,
          reply, by};
}

void ask_queue(handover_pointer self, const config::outlet& at,
               const indices& whom) {
  auto& state = self->state;
  auto& shard = *state.here->shards.at(state.mail->shard);
  auto what = std::make_shared<queue::arrival>(
    arrival_of(*state.by, *state.mail, whom));
  if (std::exchange(state.id_taken, true)) {
    // Other recipients went there before: this is a message of its own.
    auto other = *what->what;
    other.id = shard.ids.next(state.here->now());
    what->what = std::make_shared<const queue::message>(std::move(other));
  }
  // No timeout: the shard answers, or the error that it died.
  self
    ->request(shard.shard.get(), caf::infinite, submit_atom_v,
              local<const queue::arrival>{std::move(what)})
    .then(
      [self, at = &at, whom](const outcome& x) {
        on_verdicts(self, *at, whom, {from_queue(x.reply, at->name)});
      },
      [self, at = &at, whom](const caf::error& why) {
        on_verdicts(self, *at, whom,
                    {{verdict::kind::failed,
                      {451,
                       {4, 3, 0},
                       "Mail can't be stored at the moment, try again later"},
                      at->name,
                      self->system().render(why)}});
      });
}

void ask_outlet(handover_pointer self, const config::outlet& at,
                const indices& whom) {
  auto& state = self->state;
  auto job = std::make_shared<outlet_job>();
  job->outlet = at.name;
  job->mail = state.mail;
  job->recipients = whom;
  job->deadline = deadline_of(state, whom.front());
  for (const auto i : whom)
    job->deadline = std::min(job->deadline, deadline_of(state, i));
  // No timeout: an outlet keeps to the job's deadline, and one that dies says
  // so to those whose jobs it has.
  self
    ->request(state.here->outlets.get(), caf::infinite, handover_atom_v,
              local<const outlet_job>{std::move(job)})
    .then(
      [self, at = &at, whom](const local<const outlet_verdicts>& x) {
        on_verdicts(self, *at, whom, *x);
      },
      [self, at = &at, whom](const caf::error& why) {
        on_verdicts(self, *at, whom,
                    {{verdict::kind::failed,
                      {451, {4, 3, 0}, "Internal error, try again later"},
                      at->name,
                      "the outlet failed: " + self->system().render(why)}});
      });
}

void ask(handover_pointer self, const config::outlet& at, const indices& whom) {
  for (const auto i : whom) {
    self->state.at[i] = &at;
    self->state.asked[i] = self->state.here->now();
  }
  switch (at.type) {
    case type::queue:
      return ask_queue(self, at, whom);
    case type::http:
    case type::command:
      return ask_outlet(self, at, whom);
    case type::discard:
      return answer(
        self, at, whom,
        {accepted({250, {2, 0, 0}, "Accepted and discarded"}, at.name)});
  }
}

/// Each outlet is asked once, for all of its recipients; those of type queue
/// are one queue.
void begin(handover_pointer self) {
  auto& state = self->state;
  static const config::outlet nowhere{"reject", type::discard};
  std::map<const config::outlet*, indices> by_outlet;
  const config::outlet* queue = nullptr;
  for (std::size_t i = 0; i < state.first.size(); ++i) {
    const auto* to = state.first[i].to;
    if (to != nullptr && to->type == type::queue)
      to = queue = queue != nullptr ? queue : to;
    by_outlet[to].push_back(i);
  }
  for (const auto& [to, whom] : by_outlet) {
    if (to != nullptr) {
      ask(self, *to, whom);
      continue;
    }
    // The rules changed since RCPT.
    outlet_verdicts said;
    for (const auto i : whom) {
      state.at[i] = &nowhere;
      said.push_back(refused(state.first[i].refusal, nowhere.name));
    }
    answer(self, nowhere, whom, std::move(said));
  }
}

} // namespace

handover_actor::behavior_type
handover(handover_pointer self, node* here, rules_ptr by,
         std::shared_ptr<const received_mail> mail,
         std::vector<config::decision> outlets, bool each, std::string path) {
  self->join(here->tree, std::move(path), "handover");
  auto& state = self->state;
  state.here = here;
  state.by = std::move(by);
  state.mail = std::move(mail);
  state.first = std::move(outlets);
  state.each = each;
  state.begun = self->clock().now();
  state.waits_for = state.first.size();
  state.at.resize(state.waits_for);
  state.asked.assign(state.waits_for, state.here->now());
  state.verdicts.resize(state.waits_for);
  return {
    [self](handover_atom) -> caf::result<handover_state::replies> {
      auto& now = self->state;
      now.client = self->make_response_promise<handover_state::replies>();
      begin(self);
      return now.client;
    },
    [self](settle_atom, const std::string&,
           const std::vector<std::uint64_t>& numbers,
           const local<const outlet_verdicts>& x) {
      const indices whom(numbers.begin(), numbers.end());
      on_verdicts(self, *self->state.at[whom.front()], whom, *x);
    },
  };
}

} // namespace stagepost
