// How a delivery worker logs in at a smart host.

#include "actors/auth/nonce.hpp"
#include "actors/queue/delivery_worker.hpp"
#include "mail/ip_address.hpp"

namespace stagepost::worker {

bool may_go_in_clear(const worker_state& state) {
  return state.host.user.empty() || state.where.auth_without_tls
         || is_loopback(state.address);
}

std::optional<smtp::credentials> login_of(const worker_state& state) {
  if (state.host.user.empty())
    return std::nullopt;
  return smtp::credentials{state.host.user, state.host.password, fresh_nonce(),
                           may_go_in_clear(state)};
}

} // namespace stagepost::worker
