#include "actors/smtp/listener.hpp"

#include "actors/smtp/client.hpp"

#include <boost/asio/post.hpp>
#include <caf/exit_reason.hpp>
#include <caf/send.hpp>

#include <chrono>
#include <utility>

namespace stagepost {

namespace {

/// Sessions that begin from here on go by the rules in force.
void keep_up(listener_state& state) {
  const auto& old = *state.service;
  auto by = old.rules;
  if (old.here->in_force.refresh(by))
    state.service
      = make_service(*old.here, std::move(by), old.settings->name, old.path);
}

/// Says 421 and closes, at the cost of a socket and no more.
void send_away(node& here, std::shared_ptr<net::connection> peer,
               std::uint64_t loop, const std::string& client, const char* why) {
  counters::add(here.count.connections_refused);
  log::info("smtp", "client refused", {{"client", client}, {"why", why}});
  boost::asio::post(here.loops->loop(loop), [peer = std::move(peer), why] {
    std::string out;
    smtp::append_wire(out, {421, {4, 3, 2}, why});
    peer->listen({});
    peer->write(std::move(out));
    peer->finish();
  });
}

/// Why this client may not come in; nullptr if it may. A proxy whose header
/// will say who the client is counts as nobody's host.
const char* refusal_of(const smtp_service& service, const client_key& who,
                       bool proxy) {
  auto& here = *service.here;
  const auto& limits = service.settings->limits;
  if (here.load.level() == load_level::exhausted) {
    counters::add(here.count.load_refusals);
    return "Too busy, try again later";
  }
  const auto now = std::chrono::steady_clock::now();
  if (!proxy) {
    if (const auto full
        = here.passing.take_connection(limits.per_minute, who, now)) {
      counters::add(here.count.refused(full->what));
      return "Too many connections from your address in a minute";
    }
  }
  using answer = client_limits::answer;
  switch (here.clients.enter(who, limits.max_clients,
                             proxy ? limits.max_clients
                                   : limits.max_clients_per_host)) {
    case answer::too_many:
      return "Too many clients";
    case answer::too_many_of_host:
      return "Too many connections from your address";
    case answer::welcome:
      break;
  }
  return nullptr;
}

/// Lets the client in or sends it away.
void admit(listener_pointer self, std::shared_ptr<net::connection> peer,
           std::uint64_t loop) {
  auto& state = self->state;
  keep_up(state);
  auto& here = *state.service->here;
  auto client = client_address(*peer);
  const bool proxy = is_among(state.service->settings->proxy_protocol, client);
  if (const auto* why = refusal_of(*state.service, client_key{client}, proxy))
    return send_away(here, std::move(peer), loop, client, why);
  counters::add(here.count.connections);
  auto session = here.loops->spawn_on(loop, smtp_session, state.service,
                                      std::move(peer), std::move(client));
  self->monitor(session);
  state.sessions.emplace(session.address(), std::move(session));
}

void on_exit(listener_pointer self, const caf::exit_msg& msg) {
  auto& state = self->state;
  if (std::exchange(state.stopping, true))
    return;
  state.why = msg.reason;
  state.door->stop();
  if (state.sessions.empty())
    return self->quit(msg.reason);
  for (auto& [address, session] : state.sessions)
    self->send_exit(session, msg.reason);
}

} // namespace

listener_state::~listener_state() {
  if (door)
    door->stop();
}

listener_actor::behavior_type smtp_listener(listener_pointer self, node* here,
                                            const config::listener* settings,
                                            std::shared_ptr<net::acceptor> door,
                                            std::string path) {
  self->join(here->tree, path, "smtp-listener");
  auto& state = self->state;
  state.service = make_service(*here, here->in_force.get(), settings->name,
                               std::move(path));
  state.door = std::move(door);
  self->set_down_handler([self](const caf::down_msg& msg) {
    auto& now = self->state;
    now.sessions.erase(caf::actor_cast<caf::actor_addr>(msg.source));
    if (now.stopping && now.sessions.empty())
      self->quit(now.why);
  });
  self->set_exit_handler(
    [self](const caf::exit_msg& msg) { on_exit(self, msg); });
  std::vector<boost::asio::io_context*> loops;
  for (std::size_t i = 0; i < here->loops->size(); ++i)
    loops.push_back(&here->loops->loop(i));
  state.door->start(
    here->loops->loop(0), std::move(loops),
    [who = caf::weak_actor_ptr{self->ctrl()}](auto socket, std::size_t i) {
      if (auto strong = who.lock())
        caf::anon_send(
          caf::actor_cast<listener_actor>(std::move(strong)), accept_atom_v,
          local<net::connection>{net::connection::make(std::move(socket))},
          std::uint64_t{i});
    });
  return {
    [self](accept_atom, const local<net::connection>& peer,
           std::uint64_t loop) {
      if (!self->state.stopping)
        admit(self, peer.it, loop);
    },
  };
}

} // namespace stagepost
