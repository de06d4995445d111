#include "actors/queue/delivery_worker.hpp"

#include "mail/address.hpp"
#include "mail/ip_address.hpp"

#include <caf/send.hpp>

#include <utility>

namespace stagepost {

using worker::begin;
using worker::dial_present;
using worker::fail;
using worker::pump;
using worker::relay_of;
using worker::send_content;
using worker::tell;
using worker::try_next_address;
using worker::try_next_host;

namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using steady = std::chrono::steady_clock;

// RFC 5321, 4.5.3.2.
constexpr minutes reply_limit{5};
constexpr minutes final_reply_limit{10};

/// How long an open connection waits for the next message.
constexpr seconds idle_limit{5};

void report(worker_pointer self, bool usable) {
  auto& state = self->state;
  attempt_result x;
  x.job = state.job->number;
  x.relay = !state.answered_by.empty() ? std::exchange(state.answered_by, {})
            : state.peer               ? relay_of(state)
                                       : state.failed_relay;
  if (state.peer)
    x.tls = state.peer->tls_description();
  x.replies = std::exchange(state.replies, {});
  x.reports = std::exchange(state.server_reports, false);
  state.job = {};
  state.begun = false;
  if (auto parent = state.destination.lock())
    self->send(caf::actor_cast<destination_actor>(parent), ready_atom_v,
               state.number, make_local<const attempt_result>(std::move(x)),
               usable);
}

void hang_up(worker_state& state) {
  state.dialogue.reset();
  if (state.peer)
    std::exchange(state.peer, nullptr)->abort();
}

void flush(worker_state& state) {
  if (auto out = state.dialogue->take_output(); !out.empty())
    state.peer->write(std::move(out));
}

/// Ends the dialogue in order, and the connection with it; the worker goes on.
void leave(worker_state& state) {
  state.dialogue->quit();
  flush(state);
  std::exchange(state.peer, nullptr)->finish();
  state.dialogue.reset();
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
  state.replies.insert(state.replies.end(), x.replies.begin(), x.replies.end());
  const auto recipients = state.job->recipients.size();
  state.server_reports = x.reports;
  const bool whole = state.replies.size() == recipients;
  if (x.usable && !whole)
    return go_on(self);
  if (!whole)
    state.replies.resize(
      recipients, {451, {4, 4, 2}, "The connection ended before its turn"});
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
    why = {451, {4, 4, 2}, "The server ended the dialogue"};
  if (state.begun)
    return fail(self, why);
  state.last_failure = why;
  try_next_address(self);
}

void start_tls(worker_pointer self) {
  auto& state = self->state;
  state.peer->connect_tls(
    state.here->client_tls,
    is_ip_address(state.host.name) ? std::string{} : state.host.name,
    [then = tell(self, secure_atom_v, state.incarnation)](auto ec) {
      then(ec ? ec.message() : std::string{});
    });
}

void rest(worker_pointer self) {
  auto& state = self->state;
  state.peer->deadline(steady::now() + reply_limit);
  state.peer->want_input(); // to see when the peer closes
  self->delayed_send(self, idle_limit, tick_atom_v, ++state.idle_since);
}

} // namespace

namespace worker {

void fail(worker_pointer self, const smtp::reply& why) {
  auto& state = self->state;
  if (state.job) {
    state.replies.resize(state.job->recipients.size(), why);
    report(self, false);
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
        state.peer->deadline(
          steady::now() + (state.sent != 0 ? final_reply_limit : reply_limit));
        return state.peer->want_input();
      case wish::start_tls:
        return start_tls(self);
      case wish::ready:
        if (!state.job)
          return rest(self);
        state.sent = 0;
        begin(state);
        break;
      case wish::send_content:
        if (!send_content(state))
          return state.peer->want_drained();
        state.dialogue->content_sent();
        break;
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

void on_secured(worker_pointer self, const std::string& why_not) {
  auto& state = self->state;
  if (!state.dialogue)
    return;
  if (why_not.empty()) {
    state.dialogue->tls_started();
    return pump(self);
  }
  log::warning("delivery", "tls failed",
               {{"relay", relay_of(state)}, {"why", why_not}});
  hang_up(state);
  if (state.where.tls == site::tls_policy::opportunistic) {
    state.in_clear = true; // once more, without
    return dial_present(self);
  }
  state.last_failure
    = {451, {4, 7, 5}, "TLS with " + state.host.name + " failed: " + why_not};
  try_next_address(self);
}

void on_closed(worker_pointer self, const std::string& why) {
  auto& state = self->state;
  if (!state.job)
    return self->quit();
  const smtp::reply failure{451,
                            {4, 4, 2},
                            "The connection to " + relay_of(state)
                              + " was lost: " + why};
  if (state.begun) {
    state.dialogue->lost(failure); // who was answered keeps the answer
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
  state.here->in_force.refresh(state.rules);
  auto egress
    = config::choose_egress(state.rules->configuration.egress,
                            dns_domain_of(job->what->sender), state.number);
  const bool same
    = egress.ip == state.egress.ip && egress.hostname == state.egress.hostname;
  if (state.dialogue && same
      && state.dialogue->wanted() == smtp::sender::wish::ready)
    return pump(self);
  if (state.dialogue && !same)
    leave(state);
  state.egress = std::move(egress);
  state.next_host = state.unknown_hosts = 0;
  state.addresses.clear();
  if (!state.dialogue)
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
        on_secured(self, why_not);
    },
    [self](caf::close_atom, std::uint64_t of, const std::string& why) {
      if (self->state.peer && of == self->state.incarnation)
        on_closed(self, why);
    },
  };
}

} // namespace stagepost
