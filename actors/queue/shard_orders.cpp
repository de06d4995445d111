// The line of orders: what administrators want done with mail of the shard, one
// order after the other, and again where an attempt was under way.

#include "actors/queue/shard_order.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace stagepost::shard {

namespace {

using queue::recipient_state;
using kind = queue::order::kind;

/// Held recipients are in the database only; orders about them find them here.
void adopt_held(shard_state& state, const queue::order& x,
                const std::vector<queue::stored>& found) {
  if (x.what == kind::retry || x.what == kind::hold)
    return;
  for (const auto& message : found) {
    std::vector<queue::recipient> held;
    for (const auto& row : message.recipients)
      if (row.state == recipient_state::held && x.which.matches(row)
          && !state.gone_while_loading.contains({message.what->id, row.number}))
        held.push_back(row);
    if (!held.empty())
      state.backlog->adopt(message.what, held);
  }
}

/// An order to release is about what is held, and about nothing else.
local<const queue::order> as_meant(const local<const queue::order>& x) {
  if (x->what != kind::release)
    return x;
  auto out = *x;
  if (!out.which.state)
    out.which.state = recipient_state::held;
  return make_local<const queue::order>(std::move(out));
}

/// What was to be held when its attempt ended need not be any more.
/// @returns How many recipients these are.
std::uint64_t take_back(shard_state& state, const queue::order& x) {
  if (x.what != kind::release)
    return 0;
  return std::erase_if(state.put_off, [&](const auto& y) {
    return y.second->what == kind::hold
           && std::find(x.messages.begin(), x.messages.end(), y.first.message)
                != x.messages.end();
  });
}

/// Can it be carried out while the queue is being read?
bool goes_blindly(const queue::order& x) {
  return x.what == kind::suspend || x.what == kind::resume
         || (x.what == kind::remove && x.which.empty());
}

void read_then_execute(shard_pointer self, const progress_ptr& x,
                       const std::vector<queue::id>& missing) {
  begin_load(self->state);
  self
    ->request(self->state.services->reader.get(), caf::infinite, show_atom_v,
              missing)
    .then(
      [self, x](const local<std::vector<queue::stored>>& found) {
        admit(self->state, *found);
        adopt_held(self->state, *x->order.what, *found);
        execute(self, x);
        end_load(self);
      },
      [self, x](const caf::error& why) {
        answer(self, x, why);
        on_load_failed(self, why);
      });
}

/// A daemon that has just started gets to it in a moment.
bool will_be_ours(const shard_state& state) {
  return state.epoch == 0 && !state.fenced && !state.stopping
         && !state.services->standby;
}

} // namespace

void answer(shard_pointer self, const progress_ptr& x, const caf::error& why) {
  log::info("queue", "order carried out",
            {{"what", name_of(x->order.what->what)},
             {"changed", x->result.changed},
             {"under_way", x->result.under_way},
             {"trouble", why ? self->system().render(why) : std::string{}}});
  if (auto& asks = x->order.asks) {
    if (why)
      asks->deliver(why);
    else
      asks->deliver(x->result);
  }
  self->state.ordering = false;
  next_order(self);
}

caf::result<order_result> carry_out(shard_pointer self,
                                    const local<const queue::order>& x) {
  auto& state = self->state;
  if (!is_ours(state) && !will_be_ours(state))
    return not_ours(state);
  auto asks = self->make_response_promise<order_result>();
  state.orders.push_back({as_meant(x), asks});
  next_order(self);
  return asks;
}

void next_order(shard_pointer self) {
  auto& state = self->state;
  if (state.ordering || state.orders.empty() || will_be_ours(state))
    return;
  if (state.loading && !goes_blindly(*state.orders.front().what))
    return;
  auto x = std::make_shared<progress>();
  x->order = std::move(state.orders.front());
  state.orders.pop_front();
  state.ordering = true;
  if (!is_ours(state))
    return answer(self, x, not_ours(state));
  rules_of(state); // what is let go now goes by those in force
  const auto& order = *x->order.what;
  x->result.changed = take_back(state, order);
  std::vector<queue::id> missing;
  for (const auto id : order.messages)
    if (!state.backlog->holds_whole(id))
      missing.push_back(id);
  const bool all = order.what == kind::retry && order.messages.empty();
  if (!state.loading && (all || !missing.empty()))
    return read_then_execute(self, x, missing);
  execute(self, x);
}

void mind_orders(shard_pointer self) {
  auto& state = self->state;
  bool dropped = false;
  for (auto i = state.put_off.begin(); i != state.put_off.end();) {
    const auto [key, order] = *i;
    if (state.backlog->is_leased(key)) {
      ++i;
      continue;
    }
    i = state.put_off.erase(i);
    if (!state.backlog->holds(key.message)) {
      dropped = true;
      continue;
    }
    auto now = *order;
    now.messages = {key.message};
    now.which = {};
    now.which.number = key.number;
    state.orders.push_front(
      {make_local<const queue::order>(std::move(now)), std::nullopt});
  }
  if (dropped)
    end_rounds(self);
  next_order(self);
}

bool awaits_order(const shard_state& state, queue::id message) {
  const auto i = state.put_off.lower_bound({message, 0});
  return i != state.put_off.end() && i->first.message == message;
}

} // namespace stagepost::shard
