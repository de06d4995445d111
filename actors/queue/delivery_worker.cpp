#include "actors/queue/delivery_worker.hpp"

#include "mail/address.hpp"

#include <caf/send.hpp>

#include <utility>

namespace stagepost {

using worker::allow;
using worker::begin;
using worker::dial_present;
using worker::fail;
using worker::forget_conversion;
using worker::forget_signature;
using worker::hang_up;
using worker::has_more;
using worker::leave;
using worker::may_go_on;
using worker::move_on;
using worker::name_policy;
using worker::pump;
using worker::relay_of;
using worker::send_content;
using worker::start_tls;
using worker::suits;
using worker::tell;
using worker::try_next_address;
using worker::try_next_host;
using worker::watch;

namespace {

/// How long an open connection waits for the next message.
constexpr std::chrono::seconds idle_limit{5};

/// The job is over; `usable` says whether another may come.
void hand_back(worker_pointer self, attempt_result x, bool usable) {
  auto& state = self->state;
  x.job = state.job->number;
  x.replies = std::exchange(state.replies, {});
  x.in_doubt = std::exchange(state.in_doubt, {});
  x.reports = std::exchange(state.server_reports, false);
  x.began = state.job_began;
  state.job = {};
  state.begun = false;
  forget_signature(state);
  if (auto parent = state.destination.lock())
    self->send(caf::actor_cast<destination_actor>(parent), ready_atom_v,
               state.number, make_local<const attempt_result>(std::move(x)),
               usable);
}

void report(worker_pointer self, bool usable,
            queue::attempt how = queue::attempt::made) {
  auto& state = self->state;
  attempt_result x;
  x.how = how;
  x.relay = !state.answered_by.empty() ? std::exchange(state.answered_by, {})
            : state.peer               ? relay_of(state)
                                       : state.failed_relay;
  x.tls = state.secured;
  x.left_by = state.egress;
  if (state.peer) // the system may have chosen
    x.left_by.ip = state.peer->local().address().to_string();
  x.no_way = state.no_way;
  hand_back(self, std::move(x), usable);
}

void flush(worker_state& state) {
  if (auto out = state.dialogue->take_output(); !out.empty())
    state.peer->write(std::move(out));
}

void say_goodbye(worker_pointer self) {
  auto& state = self->state;
  if (state.dialogue && state.peer) {
    if (state.dialogue->wanted() == smtp::sender::wish::ready)
      state.dialogue->quit();
    flush(state);
    std::exchange(state.peer, nullptr)->finish();
  }
  state.dialogue.reset();
  self->quit();
}

/// May the connection carry another transaction?
bool has_room(const worker_state& state) {
  const auto within
    = [&](std::uint32_t limit) { return limit == 0 || state.messages < limit; };
  return within(state.where.messages_per_connection)
         && within(state.dialogue->server().most_messages);
}

/// The job's next recipients, over this connection or one like it.
void go_on(worker_pointer self) {
  auto& state = self->state;
  state.answered_by = relay_of(state);
  state.dialogue->proceed();
  if (has_room(state))
    return;
  leave(state);
  state.begun = false;
  dial_present(self);
}

/// A transaction is answered. It was the job's last unless recipients are
/// left; the next job may come over this connection.
void finish_transaction(worker_pointer self) {
  auto& state = self->state;
  const auto& x = state.dialogue->outcome();
  ++state.messages;
  const bool more = x.usable && has_room(state);
  for (const auto i : x.in_doubt)
    state.in_doubt.push_back(state.replies.size() + i);
  state.replies.insert(state.replies.end(), x.replies.begin(), x.replies.end());
  const auto recipients = state.job->recipients.size();
  state.server_reports = x.reports;
  const bool whole = state.replies.size() == recipients;
  if (x.usable && !whole)
    return go_on(self);
  if (!whole)
    state.replies.resize(
      recipients,
      smtp::by_us({451, {4, 4, 2}, "The connection ended before its turn"}));
  report(self, more);
  state.dialogue->proceed();
  if (!more)
    say_goodbye(self); // nobody holds us any more
}

/// The dialogue is over. If it never came to the job, the next address may be
/// better; if it was over anyway, we are too.
void on_dialogue_over(worker_pointer self) {
  auto& state = self->state;
  auto why = state.dialogue->why();
  state.failed_relay = relay_of(state);
  if (state.peer)
    std::exchange(state.peer, nullptr)->finish();
  state.dialogue.reset();
  if (!state.job)
    return self->quit();
  if (why.code == 0)
    why = smtp::by_us({451, {4, 4, 2}, "The server ended the dialogue"});
  if (why.enhanced == smtp::enhanced_code{4, 7, 4})
    name_policy(state, why);
  if (state.begun)
    return fail(self, why);
  if (!state.host.user.empty() && why.enhanced == smtp::enhanced_code{4, 7, 0})
    log::warning("delivery", "login failed",
                 {{"relay", state.failed_relay}, {"why", why.text}});
  state.last_failure = why;
  try_next_address(self);
}

void rest(worker_pointer self) {
  auto& state = self->state;
  allow(state, smtp::sender::awaited::nothing);
  state.peer->want_input(); // to see when the peer closes
  self->delayed_send(self, idle_limit, tick_atom_v, ++state.idle_since);
}

} // namespace

namespace worker {

void refuse(worker_pointer self, const smtp::reply& why) {
  auto& state = self->state;
  state.replies.resize(state.job->recipients.size(), why);
  attempt_result x;
  x.how = queue::attempt::aside;
  hand_back(self, std::move(x), true);
}

void leave(worker_state& state) {
  state.dialogue->quit();
  flush(state);
  std::exchange(state.peer, nullptr)->finish();
  state.dialogue.reset();
}

void hang_up(worker_state& state) {
  state.dialogue.reset();
  if (state.peer)
    std::exchange(state.peer, nullptr)->abort();
}

void fail(worker_pointer self, const smtp::reply& why,
          std::optional<queue::attempt> how) {
  auto& state = self->state;
  if (state.job) {
    const bool reached = state.begun || !state.replies.empty();
    state.replies.resize(state.job->recipients.size(), why);
    report(
      self, false,
      how.value_or(reached ? queue::attempt::made : queue::attempt::unreached));
  }
  self->quit();
}

void pump(worker_pointer self) {
  using wish = smtp::sender::wish;
  auto& state = self->state;
  while (state.dialogue) {
    flush(state);
    switch (state.dialogue->wanted()) {
      case wish::none:
        watch(state);
        return state.peer->want_input();
      case wish::start_tls:
        return start_tls(self);
      case wish::ready:
        if (!state.job)
          return rest(self);
        if (!may_go_on(self))
          return;
        if (!suits(state) && has_more(state))
          return move_on(self);
        if (!begin(self))
          return;
        break;
      case wish::send_content:
        if (!may_go_on(self))
          return;
        if (send_content(state))
          break;
        state.peer->want_input(); // it may not want to see the rest
        return state.peer->want_drained();
      case wish::finished:
        finish_transaction(self);
        break;
      case wish::hang_up:
        return on_dialogue_over(self);
    }
  }
}

} // namespace worker

namespace {

/// @param why  Empty: it took too long.
void on_closed(worker_pointer self, const std::string& why) {
  auto& state = self->state;
  if (why.empty() && std::chrono::steady_clock::now() < state.deadline)
    return; // an answer came just then
  if (!state.job)
    return self->quit();
  const auto reason = why.empty() ? worker::what_took_too_long(state) : why;
  if (state.dialogue
      && state.dialogue->wanted() == smtp::sender::wish::start_tls)
    return worker::on_secured(self, reason);
  const auto failure = smtp::by_us(
    {451,
     {4, 4, 2},
     "The connection to " + relay_of(state) + " was lost: " + reason});
  if (state.begun) {
    // Who was answered keeps the answer.
    state.dialogue->lost(failure, state.peer->unsent() == 0);
    state.peer->abort();
    return pump(self);
  }
  hang_up(state);
  state.last_failure = failure;
  try_next_address(self);
}

void on_job(worker_pointer self, const local<const delivery_job>& job) {
  auto& state = self->state;
  ++state.idle_since;
  state.job = job;
  forget_conversion(state);
  state.job_began = state.here->now();
  state.here->in_force.refresh(state.rules);
  const bool same = state.ways == job->ways;
  if (state.dialogue && same
      && state.dialogue->wanted() == smtp::sender::wish::ready && suits(state))
    return pump(self);
  if (state.dialogue && (!same || !suits(state)))
    leave(state);
  state.ways = job->ways;
  state.no_way = state.went_out = false;
  state.next_host = state.unknown_hosts = state.own_hosts = state.dialled = 0;
  state.last_failure = {};
  state.addresses.clear();
  if (state.dialogue)
    return;
  state.egress = {};
  try_next_host(self);
}

} // namespace

worker_state::~worker_state() {
  if (peer)
    peer->abort();
}

worker_actor::behavior_type
delivery_worker(worker_pointer self, boost::asio::io_context* loop, node* here,
                site where, destination_actor destination, std::uint64_t number,
                std::string path) {
  self->join(here->tree, std::move(path), "delivery-worker");
  auto& state = self->state;
  state.here = here;
  state.loop = loop;
  state.where = std::move(where);
  state.destination = caf::actor_cast<caf::weak_actor_ptr>(destination);
  state.number = number;
  return {
    [self](deliver_atom, const local<const delivery_job>& job) {
      on_job(self, job);
    },
    [self](rest_atom) { say_goodbye(self); },
    [self](tick_atom, std::uint64_t since) {
      if (since == self->state.idle_since && !self->state.job)
        say_goodbye(self);
    },
    [self](accept_atom, const local<net::connection>& peer,
           const std::string& why) { worker::on_dialed(self, peer.it, why); },
    [self](input_atom) {
      auto& now = self->state;
      if (!now.peer || !now.dialogue)
        return;
      if (const auto input = now.peer->read(); !input.empty())
        now.dialogue->feed(input);
      pump(self);
    },
    [self](drained_atom) {
      if (self->state.peer)
        pump(self);
    },
    [self](secure_atom, std::uint64_t of, const std::string& why_not) {
      if (self->state.peer && of == self->state.incarnation)
        worker::on_secured(self, why_not);
    },
    [self](caf::close_atom, std::uint64_t of, const std::string& why) {
      if (self->state.peer && of == self->state.incarnation)
        on_closed(self, why);
    },
  };
}

} // namespace stagepost
