#include "actors/outlets/uploader.hpp"
#include "mail/ascii.hpp"

#include <caf/send.hpp>

#include <algorithm>
#include <utility>

namespace stagepost::uploading {

namespace {

using fields = std::vector<std::pair<std::string, std::string>>;

fields fields_of(const uploader_state& state) {
  const auto& http = state.settings->http;
  fields out;
  out.assign(http.headers.begin(), http.headers.end());
  if (std::none_of(out.begin(), out.end(), [](const auto& x) {
        return iequals(x.first, "user-agent");
      }))
    out.emplace_back("User-Agent", "Stagepost");
  auto key = to_string(state.job->mail->id);
  if (http.per == config::http_platform::unit::recipient)
    key += '-' + std::to_string(recipients_in_hand(state).front() + 1);
  out.emplace_back("Idempotency-Key", std::move(key));
  out.emplace_back("Content-Type", state.form->content_type());
  if (!state.signed_as.empty())
    out.emplace_back("Stagepost-Signature", state.signed_as);
  return out;
}

net::http_peer peer_of(const uploader_state& state) {
  return {state.url.host, state.url.port,
          state.url.tls
            ? state.rules->tls.platforms(state.settings->http.authority)
            : nullptr};
}

/// In time: whoever is asked and not given the time to answer gets the mail,
/// and we would say that it failed.
void call(uploader_pointer self, std::vector<std::string> addresses) {
  auto& state = self->state;
  const auto left = state.ends - self->clock().now();
  if (left <= left.zero())
    return end(state, no_time(state));
  net::http_call x;
  x.peer = peer_of(state);
  x.addresses = std::move(addresses);
  x.target = state.url.target;
  x.fields = fields_of(state);
  x.body = state.form;
  x.connect_limit = state.settings->http.connect_timeout;
  x.time_limit = left;
  state.calling = true;
  state.caller->call(std::move(x), [who = caf::weak_actor_ptr{self->ctrl()},
                                    number
                                    = state.number](net::http_answer answer) {
    if (auto strong = who.lock())
      caf::anon_send(caf::actor_cast<uploader_actor>(std::move(strong)),
                     http_atom_v, number,
                     local<const net::http_answer>{
                       std::make_shared<net::http_answer>(std::move(answer))});
  });
}

void on_unreachable(uploader_pointer self, std::string why) {
  on_answer(
    self, self->state.number,
    {.why = "its host has no address: " + std::move(why), .unreached = true});
}

} // namespace

void post(uploader_pointer self) {
  auto& state = self->state;
  const auto peer = peer_of(state);
  // Without that, it would go in clear.
  if (state.url.tls && !peer.tls)
    return end(state, try_later(state, "no authorities are loaded for it"));
  if (state.caller->holds(peer))
    return call(self, {});
  const auto resolver = state.here->resolver.get();
  if (!resolver)
    return end(state, try_later(state, "the resolver is being started"));
  // Before somebody is asked whose answer would be of no use.
  if (time_is_over(self))
    return end(state, no_time(state));
  // No timeout: the job's own ends the wait.
  self->request(resolver, caf::infinite, host_atom_v, state.url.host)
    .then(
      [self, n = state.jobs](const host_addresses& x) {
        if (!has_job(self->state, n))
          return;
        if (x.addresses.empty())
          on_unreachable(self, x.why.empty() ? to_string(x.status) : x.why);
        else
          call(self, x.addresses);
      },
      [self, n = state.jobs](const caf::error& why) {
        if (has_job(self->state, n))
          on_unreachable(self, self->system().render(why));
      });
}

} // namespace stagepost::uploading
