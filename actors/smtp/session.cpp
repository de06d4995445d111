#include "actors/smtp/session_steps.hpp"

#include <caf/exit_reason.hpp>
#include <caf/send.hpp>

#include <utility>

namespace stagepost {

namespace {

using wish = smtp::receiver::wish;
using pause = session_state::pause;
using stage = session_state::stage;

/// Decoded content that gathers in the machine before it is put aside.
constexpr std::size_t most_gathered = 256U << 10U;

const smtp::reply closing_down{421, {4, 3, 2}, "Closing down, try again later"};

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

/// Our listener stops. A message whose end was received is answered first.
void on_exit(session_pointer self, const caf::exit_msg&) {
  auto& state = self->state;
  if (std::exchange(state.stopping, true) || state.waits == pause::storing)
    return;
  if (!state.peer)
    return self->quit();
  if (state.greeted)
    state.dialogue->close(closing_down);
  end(self);
}

void on_input(session_pointer self) {
  auto& state = self->state;
  if (!state.peer || state.waits != pause::none)
    return;
  switch (state.at) {
    case stage::proxy_header:
      return take_proxy_header(self);
    case stage::quiet:
      return on_early_talk(self);
    case stage::handshake:
      return;
    case stage::dialogue:
      return take_input(self, state.peer->read());
  }
}

} // namespace

void flush(session_state& state) {
  if (auto out = state.dialogue->take_replies(); !out.empty())
    state.peer->write(std::move(out));
}

void end(session_pointer self) {
  flush(self->state);
  std::exchange(self->state.peer, nullptr)->finish();
  self->quit();
}

session_state::rare& more_of(session_state& state) {
  if (!state.more)
    state.more = std::make_unique<session_state::rare>();
  return *state.more;
}

void take_input(session_pointer self, std::string_view input) {
  auto& state = self->state;
  const auto wait = [&](auto step) {
    state.unread.assign(input);
    step(self);
  };
  while (true) {
    if (state.dialogue->wanted() == wish::none && !input.empty())
      input.remove_prefix(state.dialogue->feed(input));
    if (state.dialogue->take_malformed_login())
      log::info("smtp", "login malformed", {{"client", state.client}});
    if (state.dialogue->content_waiting() > most_gathered)
      put_aside(state);
    switch (state.dialogue->wanted()) {
      case wish::none:
        if (input.empty())
          return rest(state);
        break;
      case wish::verify_sender:
        verify_sender(state);
        break;
      case wish::verify_recipient:
        verify_recipient(state);
        break;
      case wish::begin_content:
        begin_content(state);
        break;
      case wish::begin_login:
        begin_login(self);
        break;
      case wish::adopt_client:
        adopt_client(self);
        if (!state.peer)
          return;
        break;
      case wish::find_verifier:
        return wait(find_verifier);
      case wish::judge_login:
        return wait(judge_login);
      case wish::expand:
        return wait(expand);
      case wish::store:
        return wait(store);
      case wish::start_tls:
        return start_tls(self); // what follows in clear is never executed
      case wish::hang_up:
        return end(self);
    }
  }
}

void go_on(session_pointer self) {
  auto& state = self->state;
  state.waits = pause::none;
  if (!state.peer)
    return;
  if (state.stopping)
    state.dialogue->close(closing_down);
  const auto unread = std::exchange(state.unread, {});
  take_input(self, unread);
}

session_state::~session_state() {
  if (peer)
    peer->abort();
  if (of != nullptr && counted)
    of->here->clients.leave(key);
}

smtp_session_actor::behavior_type
smtp_session(session_pointer self, std::shared_ptr<const smtp_service> of,
             std::shared_ptr<net::connection> peer, std::string client) {
  auto& state = self->state;
  state.of = of;
  state.peer = std::move(peer);
  state.client = std::move(client);
  state.key = client_key{state.client};
  self->join(of->here->tree,
             of->path + '/' + state.client + ':'
               + std::to_string(state.peer->remote().port()),
             "smtp-session");
  self->set_exit_handler(
    [self](const caf::exit_msg& msg) { on_exit(self, msg); });
  state.peer->listen(tell(self));
  come_in(self);
  return {
    [self](rest_atom) { on_silence(self); },
    [self](input_atom) { on_input(self); },
    [self](drained_atom) {
      auto& now = self->state;
      if (now.peer && now.waits == pause::none && now.at == stage::dialogue)
        take_input(self, {});
    },
    [self](secure_atom, const std::string& why_not) {
      if (self->state.peer)
        on_secure(self, why_not);
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
