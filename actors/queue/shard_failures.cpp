// Mail that fails without a destination: an administrator wants it so.

#include "actors/queue/shard.hpp"

namespace stagepost::shard {

void write_off(shard_pointer self, const queue::backlog::lease& x,
               const smtp::reply& why, const std::function<void()>& then) {
  const auto end = [self, x, why, then] {
    settle_all(self, x, why, queue::attempt::aside);
    then();
  };
  if (x.body || x.what->sender.empty())
    return end();
  self
    ->request(self->state.services->reader.get(), caf::infinite, body_atom_v,
              x.what->id)
    .then(
      [self, end, job = x.job](const local<const content>& body) {
        if (body)
          self->state.backlog->loaded(job, body.it);
        end();
      },
      [end](const caf::error&) { end(); });
}

} // namespace stagepost::shard
