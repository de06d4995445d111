#include "actors/smtp/session.hpp"

#include "actors/smtp/outlets.hpp"
#include "mail/received.hpp"

#include <caf/exit_reason.hpp>
#include <caf/send.hpp>

#include <chrono>
#include <system_error>
#include <utility>

namespace stagepost {

namespace {

using wish = smtp::receiver::wish;
using steady = std::chrono::steady_clock;

/// Decoded content that gathers in the machine before it is put aside.
constexpr std::size_t most_gathered = 256U << 10U;

/// Replies that a client may leave unread before its input waits.
constexpr std::size_t most_unsent = 64U << 10U;

/// A client waits ten minutes for the reply to its data (RFC 5321, 4.5.3.2.6);
/// it hears from us before.
constexpr std::chrono::minutes store_limit{4};

/// Callbacks that turn I/O events into messages. They hold the actor weakly:
/// its listener alone decides how long it lives.
net::connection::events tell(session_pointer self) {
  const auto to = [who = caf::weak_actor_ptr{self->ctrl()}](auto... xs) {
    if (auto strong = who.lock())
      caf::anon_send(caf::actor_cast<smtp_session_actor>(std::move(strong)),
                     std::move(xs)...);
  };
  return {[to] { to(input_atom_v); }, [to] { to(drained_atom_v); },
          [to] { to(rest_atom_v); },
          [to](boost::system::error_code ec) {
            to(caf::close_atom_v, ec ? ec.message() : std::string{});
          }};
}

void flush(session_state& state) {
  if (auto out = state.dialogue->take_replies(); !out.empty())
    state.peer->write(std::move(out));
}

void end(session_pointer self) {
  flush(self->state);
  std::exchange(self->state.peer, nullptr)->finish();
  self->quit();
}

/// The field that says how this message came here (RFC 5321, 4.4).
std::string trace(session_state& state) {
  const auto& t = state.dialogue->current();
  received_facts x;
  x.helo = state.dialogue->helo();
  x.client_address = state.client;
  x.by = state.of->rules->configuration.node.hostname;
  x.extended = state.dialogue->extended();
  x.tls = state.peer->tls_description();
  x.id = state.id;
  if (t.recipients.size() == 1)
    x.only_recipient = t.recipients.front();
  x.at = state.began;
  return received_field(x);
}

void begin_content(session_state& state) {
  auto& here = *state.of->here;
  state.content.reset(); // of a message that was refused at its end
  state.spool_failed = false;
  state.shard = here.next_shard();
  auto& shard = *here.shards[state.shard];
  if (!shard.healthy)
    return state.dialogue->content_refused(
      {451, {4, 3, 0}, "Mail can't be stored at the moment, try again later"});
  state.began = here.now();
  state.id = shard.ids.next(state.began);
  state.dialogue->content_begins(trace(state));
}

/// Moves what has gathered out of the machine, so that a large message never
/// lies in memory whole.
void put_aside(session_state& state) {
  auto octets = state.dialogue->take_content();
  if (state.spool_failed)
    return; // reading goes on to the end, where the client hears of it
  try {
    if (!state.content)
      state.content
        = std::make_unique<storage::spool>(state.of->here->spool_directory);
    state.content->append(std::move(octets));
  } catch (const std::system_error& x) {
    log::error(
      "smtp", "can't spool",
      {{"directory", state.of->here->spool_directory}, {"why", x.what()}});
    state.spool_failed = true;
    state.content.reset();
  }
}

content_ptr whole_content(session_state& state) {
  if (!state.content)
    return std::make_shared<memory_content>(state.dialogue->take_content());
  put_aside(state);
  const auto spool = std::exchange(state.content, nullptr);
  return spool ? spool->finish() : nullptr;
}

void take_input(session_pointer self, std::string_view input);

void on_stored(session_pointer self, const outcome& x) {
  auto& state = self->state;
  state.storing = false;
  auto& count = state.of->here->count;
  counters::add(x.reply.positive() ? count.received_messages
                                   : count.refused_messages);
  if (!state.dialogue)
    return;
  state.dialogue->stored(x.reply);
  if (state.stopping)
    state.dialogue->close({421, {4, 3, 2}, "Closing down, try again later"});
  const auto unread = std::exchange(state.unread, {});
  take_input(self, unread);
}

void store(session_pointer self) {
  auto& state = self->state;
  if (std::exchange(state.spool_failed, false))
    return on_stored(self, {{452, {4, 3, 1}, "No room for the message now"}});
  state.storing = true;
  state.peer->deadline(steady::now() + store_limit);
  received_mail mail;
  mail.id = state.id;
  mail.shard = state.shard;
  mail.at = state.began;
  mail.client = state.client;
  mail.helo = state.dialogue->helo();
  mail.listener = state.of->settings->name;
  mail.envelope = state.dialogue->current();
  mail.body = whole_content(state);
  if (!mail.body)
    return on_stored(self, {{452, {4, 3, 1}, "No room for the message now"}});
  counters::add(state.of->here->count.received_octets, mail.body->size());
  auto submission
    = submit_to_outlets(*state.of->here, *state.of->rules, std::move(mail));
  if (submission.decided)
    return on_stored(self, *submission.decided);
  // No timeout: the shard answers, or the error that it died; the deadline of
  // the connection is what bounds the client's wait.
  self
    ->request(submission.shard, caf::infinite, submit_atom_v,
              submission.arrival)
    .then([self](const outcome& x) { on_stored(self, x); },
          [self](const caf::error& why) {
            log::warning("smtp", "not stored",
                         {{"id", to_string(self->state.id)},
                          {"why", self->system().render(why)}});
            on_stored(self, {{451,
                              {4, 3, 0},
                              "Mail can't be stored at the moment, try again "
                              "later"}});
          });
}

void start_tls(session_pointer self) {
  auto& state = self->state;
  flush(state);
  state.peer->deadline(steady::now() + state.of->settings->limits.session_idle);
  state.peer->accept_tls(
    state.of->rules->tls.of(state.of->settings->client_certificate),
    [who = caf::weak_actor_ptr{self->ctrl()}](boost::system::error_code ec) {
      if (auto strong = who.lock())
        caf::anon_send(caf::actor_cast<smtp_session_actor>(strong),
                       secure_atom_v, ec ? ec.message() : std::string{});
    });
}

/// May mail for this recipient come in?
void verify(session_state& state) {
  auto& here = *state.of->here;
  const auto& to = state.dialogue->recipient();
  const auto way
    = state.of->rules->routes.decide({state.of->settings->name, state.client,
                                      state.dialogue->current().sender, to});
  if (way.to != nullptr)
    return state.dialogue->verified({250, {2, 1, 5}, "Recipient ok"});
  counters::add(here.count.refused_recipients);
  const auto reply = to_string(way.refusal);
  log::info("smtp", "recipient refused",
            {{"client", state.client},
             {"from", state.dialogue->current().sender},
             {"to", to},
             {"reply", reply}});
  state.dialogue->verified(way.refusal);
}

/// Waits for the client, unless it lets our replies lie.
void rest(session_state& state) {
  flush(state);
  state.peer->deadline(steady::now() + state.of->settings->limits.session_idle);
  if (state.peer->unsent() > most_unsent)
    state.peer->want_drained();
  else
    state.peer->want_input();
}

/// The client has said nothing for too long, or our outlets have.
void on_silence(session_pointer self) {
  auto& state = self->state;
  if (!state.peer)
    return;
  log::info("smtp", "client timed out", {{"client", state.client}});
  smtp::reply why{421, {4, 4, 2}, "Nothing heard for too long, closing"};
  if (state.storing)
    why = {451, {4, 3, 0}, "Mail can't be stored at the moment, try later"};
  std::string out = state.dialogue->take_replies();
  if (state.greeted) // else TLS was to come first
    smtp::append_wire(out, why);
  state.peer->write(std::move(out));
  std::exchange(state.peer, nullptr)->finish();
  self->quit();
}

void greet(session_state& state) {
  state.greeted = true;
  state.dialogue->greet();
  rest(state);
}

/// Feeds input and carries out wishes, until the machine waits for the client
/// or for an answer that takes time.
void take_input(session_pointer self, std::string_view input) {
  auto& state = self->state;
  while (true) {
    if (state.dialogue->wanted() == wish::none && !input.empty())
      input.remove_prefix(state.dialogue->feed(input));
    if (state.dialogue->content_waiting() > most_gathered)
      put_aside(state);
    switch (state.dialogue->wanted()) {
      case wish::none:
        if (input.empty())
          return rest(state);
        break;
      case wish::verify_recipient:
        verify(state);
        break;
      case wish::begin_content:
        begin_content(state);
        break;
      case wish::store:
        state.unread.assign(input);
        return store(self);
      case wish::start_tls:
        return start_tls(self); // what follows in clear is never executed
      case wish::hang_up:
        return end(self);
    }
  }
}

/// Our listener stops. A message whose end was received is answered first.
void on_exit(session_pointer self, const caf::exit_msg&) {
  auto& state = self->state;
  if (std::exchange(state.stopping, true) || state.storing)
    return;
  if (!state.peer)
    return self->quit();
  state.dialogue->close({421, {4, 3, 2}, "Closing down, try again later"});
  end(self);
}

} // namespace

session_state::~session_state() {
  if (peer)
    peer->abort();
  if (of != nullptr)
    of->here->clients.leave(client);
}

smtp_session_actor::behavior_type
smtp_session(session_pointer self, std::shared_ptr<const smtp_service> of,
             std::shared_ptr<net::connection> peer, std::string client) {
  auto& state = self->state;
  state.of = of;
  state.peer = std::move(peer);
  state.client = std::move(client);
  self->join(of->here->tree,
             of->path + '/' + state.client + ':'
               + std::to_string(state.peer->remote().port()),
             "smtp-session");
  self->set_exit_handler(
    [self](const caf::exit_msg& msg) { on_exit(self, msg); });
  state.dialogue.emplace(of->dialogue);
  state.peer->listen(tell(self));
  if (of->settings->tls == config::listener_tls::implicit)
    start_tls(self); // and greets after it
  else
    greet(state);
  return {
    [self](rest_atom) { on_silence(self); },
    [self](input_atom) {
      auto& now = self->state;
      if (now.peer && !now.storing)
        take_input(self, now.peer->read());
    },
    [self](drained_atom) {
      if (self->state.peer && !self->state.storing)
        take_input(self, {});
    },
    [self](secure_atom, const std::string& why_not) {
      auto& now = self->state;
      if (!now.peer)
        return;
      if (!why_not.empty()) {
        log::info("smtp", "tls failed",
                  {{"client", now.client}, {"why", why_not}});
        return self->quit();
      }
      if (!now.greeted)
        return greet(now);
      now.dialogue->tls_started();
      take_input(self, {});
    },
    [self](caf::close_atom, const std::string& why) {
      log::debug("smtp", "client gone",
                 {{"client", self->state.client}, {"why", why}});
      self->state.peer = nullptr;
      self->quit(); // what is being stored is stored all the same
    },
  };
}

} // namespace stagepost
