#include "actors/smtp/client.hpp"
#include "actors/smtp/session_steps.hpp"
#include "mail/ip_address.hpp"

#include <caf/send.hpp>

#include <utility>

namespace stagepost {

namespace {

using steady = std::chrono::steady_clock;
using stage = session_state::stage;

/// Closes without a word: who speaks another protocol would not read it.
void leave(session_pointer self) {
  std::exchange(self->state.peer, nullptr)->finish();
  self->quit();
}

void turn_away(session_pointer self, const smtp::reply& why) {
  counters::add(self->state.of->here->count.connections_refused);
  self->state.dialogue->refuse(why);
  end(self);
}

/// From here on the session is this client's, as far as it is welcome.
/// @returns false if it was turned away.
bool become(session_pointer self, std::string address) {
  auto& state = self->state;
  auto& here = *state.of->here;
  const auto& limits = state.of->settings->limits;
  if (std::exchange(state.counted, false))
    here.clients.leave(state.key);
  state.client = std::move(address);
  state.key = client_key{state.client};
  const auto full
    = here.passing.take_connection(limits.per_minute, state.key, steady::now());
  if (full)
    counters::add(here.count.refused(full->what));
  state.counted = !full
                  && here.clients.enter(state.key, limits.max_clients,
                                        limits.max_clients_per_host)
                       == client_limits::answer::welcome;
  if (state.counted)
    return true;
  log::info("smtp", "client refused",
            {{"client", state.client}, {"why", "too many connections"}});
  turn_away(self, {421, {4, 3, 2}, "Too many connections from your address"});
  return false;
}

void welcome(session_pointer self) {
  auto& state = self->state;
  if (state.of->settings->tls == config::listener_tls::implicit)
    return start_tls(self); // and greets after it
  const auto delay = state.of->settings->greet_delay;
  if (delay.count() == 0)
    return state.peer->available() == 0 ? greet(self) : on_early_talk(self);
  state.at = stage::quiet;
  state.peer->deadline(steady::now() + delay);
  state.peer->want_input();
}

} // namespace

void come_in(session_pointer self) {
  auto& state = self->state;
  const auto& settings = *state.of->settings;
  state.here_since = state.idle_since = steady::now();
  state.held = load_guard::share{state.of->here->load};
  state.dialogue.emplace(state.of->dialogue);
  if (!is_among(settings.proxy_protocol, state.client)) {
    if (is_among(settings.xclient, state.client))
      state.dialogue->trust_xclient();
    return welcome(self);
  }
  state.at = stage::proxy_header;
  state.peer->deadline(steady::now() + settings.limits.command_time);
  state.peer->want_input();
}

void take_proxy_header(session_pointer self) {
  using status = proxy_header_parser::status;
  auto& state = self->state;
  auto& parser = more_of(state).header;
  auto input = state.peer->read();
  const auto now = parser.feed(input);
  if (now == status::more)
    return state.peer->want_input();
  if (now == status::malformed) {
    log::warning("smtp", "bad PROXY header",
                 {{"proxy", state.client}, {"why", parser.why()}});
    return leave(self);
  }
  const auto header = parser.take();
  if (!input.empty())
    state.peer->unread(std::string{input});
  if (header.from == proxy_header::origin::client) {
    if (!become(self, header.source))
      return;
    more_of(state).local = short_ip(header.destination);
    if (header.tls && header.tls->encrypted) {
      more_of(state).tls = header.tls;
      state.dialogue->begins_secure(true);
    }
    if (is_among(state.of->settings->xclient, state.client))
      state.dialogue->trust_xclient();
  }
  state.at = stage::dialogue;
  welcome(self);
}

void greet(session_pointer self) {
  auto& state = self->state;
  state.at = stage::dialogue;
  state.greeted = true;
  state.idle_since = steady::now();
  state.dialogue->greet();
  rest(state);
}

void on_early_talk(session_pointer self) {
  auto& state = self->state;
  log::info("smtp", "early talker", {{"client", state.client}});
  turn_away(self, {554, {5, 5, 0}, "You talk before you were greeted"});
}

void start_tls(session_pointer self) {
  auto& state = self->state;
  // Behind a PROXY header the handshake may have begun; after STARTTLS what
  // came along is nobody's.
  if (state.greeted)
    state.peer->drop_input();
  else
    state.at = stage::handshake;
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

void on_secure(session_pointer self, const std::string& why_not) {
  auto& state = self->state;
  if (!why_not.empty()) {
    log::info("smtp", "tls failed",
              {{"client", state.client}, {"why", why_not}});
    return self->quit();
  }
  if (const auto tls = state.peer->tls(); tls && !tls->peer_subject.empty())
    log::info("smtp", "client certificate",
              {{"client", state.client},
               {"subject", tls->peer_subject},
               {"verified", tls->peer_verified ? "yes" : tls->peer_refusal}});
  if (!state.greeted) {
    state.dialogue->begins_secure(false);
    return greet(self);
  }
  state.dialogue->tls_started();
  take_input(self, {});
}

void adopt_client(session_pointer self) {
  auto& state = self->state;
  const auto& claimed = state.dialogue->claimed();
  log::info("smtp", "client renamed",
            {{"by", state.client},
             {"client", claimed.address.value_or(state.client)},
             {"user", claimed.login.value_or("")}});
  if (claimed.address && !claimed.address->empty()
      && !become(self, *claimed.address))
    return;
  if (claimed.own_address)
    more_of(state).local = *claimed.own_address;
  if (claimed.login && !claimed.login->empty())
    more_of(state).senders = {*claimed.login};
  state.dialogue->client_adopted();
}

} // namespace stagepost
