// What administrators want done with mail of the shard: in memory at once, in
// the database with the next commit, after which they hear of it.

#include "actors/queue/shard.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace stagepost::shard {

namespace {

using queue::backlog;
using queue::recipient_state;
using kind = queue::order::kind;
using waiting_order = shard_state::waiting_order;

/// An order that is being carried out, and what has come of it.
struct progress {
  waiting_order order;
  order_result result;
  std::size_t open = 0; ///< Recipients' failures that are being written.
};
using progress_ptr = std::shared_ptr<progress>;

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

/// Memory has it; who gave the order hears of it when the database has.
void done(shard_pointer self, const progress_ptr& x) {
  self->state.line.when_durable([self, x](bool durable) {
    const auto why
      = durable
          ? caf::error{}
          : caf::make_error(caf::sec::runtime_error,
                            "it is done, but PostgreSQL does not answer: it "
                            "is written down when that is back");
    answer(self, x, why);
  });
  commit(self);
}

void tell(shard_state& state, queue::id id, const queue::recipient& row,
          queue::event::kind what, std::string reply = {}) {
  state.line.gathering().events.push_back({state.here->now(),
                                           id,
                                           row.number,
                                           what,
                                           row.address,
                                           {},
                                           std::move(reply)});
}

/// Memory does not have this recipient any more, whatever a read under way
/// shows.
void forget(shard_state& state, queue::id id, const queue::recipient& row) {
  if (state.loading)
    state.gone_while_loading.insert({id, row.number});
}

/// Takes out what the order is about. What is under way waits for its end.
std::vector<backlog::extract> take_out(shard_state& state, progress& x,
                                       backlog::rows after) {
  const auto& order = *x.order.what;
  backlog::leased_keys leased;
  auto out
    = state.backlog->take_out(order.messages, order.which, after, leased);
  for (const auto& key : leased)
    state.put_off[key] = x.order.what;
  x.result.under_way += leased.size();
  for (const auto& y : out)
    x.result.changed += y.rows.size();
  return out;
}

void hold(shard_state& state, progress& x) {
  for (auto& found : take_out(state, x, backlog::rows::stay))
    for (auto& row : found.rows) {
      row.state = recipient_state::held;
      forget(state, found.what->id, row);
      tell(state, found.what->id, row, queue::event::kind::held,
           "held by the administrator");
      state.line.gathering().changed.push_back(
        {found.what->id, std::move(row)});
    }
}

/// Puts recipients that were taken out back, as they are now.
void put_back(shard_state& state, const backlog::extract& x) {
  auto& batch = state.line.gathering();
  for (const auto& row : x.rows)
    batch.changed.push_back({x.what->id, row});
  state.backlog->admit({x.what, x.body, x.rows}, x.whole, state.here->now());
}

void release(shard_state& state, progress& x) {
  for (auto& found : take_out(state, x, backlog::rows::stay)) {
    for (auto& row : found.rows) {
      row.state = row.attempts == 0 ? recipient_state::queued
                                    : recipient_state::deferred;
      row.next_at = state.here->now();
      tell(state, found.what->id, row, queue::event::kind::released);
    }
    put_back(state, found);
  }
}

void redirect(shard_state& state, progress& x) {
  for (auto& found : take_out(state, x, backlog::rows::stay)) {
    for (auto& row : found.rows) {
      const auto now
        = queue::redirected(row, x.order.what->to, state.here->now());
      tell(state, found.what->id, row, queue::event::kind::redirected,
           "redirected to " + now.address);
      state.line.gathering().redirected.push_back({found.what->id, now});
      row = now;
    }
    put_back(state, found);
  }
}

void remove(shard_state& state, progress& x) {
  auto& batch = state.line.gathering();
  for (const auto& found : take_out(state, x, backlog::rows::go)) {
    const auto id = found.what->id;
    for (const auto& row : found.rows) {
      batch.finished.push_back({id, row.number});
      forget(state, id, row);
      tell(state, id, row, queue::event::kind::deleted);
    }
    if (found.last)
      (found.whole ? batch.finished_messages : batch.maybe_finished)
        .push_back(id);
  }
}

/// Whole messages, whatever there is of them: also what a read under way is
/// about to find.
void remove_messages(shard_state& state, progress& x) {
  auto& batch = state.line.gathering();
  auto which = state.backlog->remove(x.order.what->messages);
  if (state.loading)
    which = x.order.what->messages;
  for (const auto id : which) {
    batch.removed.push_back(id);
    if (state.loading)
      state.removed_while_loading.insert(id);
    batch.events.push_back(
      {state.here->now(), id, 0, queue::event::kind::deleted, {}, {}, {}});
    ++x.result.changed;
  }
}

/// Fails what the order is about.
void bounce(shard_pointer self, const progress_ptr& x) {
  auto& state = self->state;
  const auto& order = *x->order.what;
  backlog::leased_keys leased;
  const auto leases
    = state.backlog->lease_out(order.messages, order.which, leased);
  for (const auto& key : leased)
    state.put_off[key] = x->order.what;
  x->result.under_way = leased.size();
  x->open = leases.size();
  if (leases.empty())
    return done(self, x);
  for (const auto& y : leases) {
    x->result.changed += y.recipients.size();
    write_off(self, y, order.reply, [self, x] {
      if (--x->open == 0)
        done(self, x);
    });
  }
}

/// All that the order is about and that is not leased is in memory now.
void execute(shard_pointer self, const progress_ptr& x) {
  auto& state = self->state;
  const auto& order = *x->order.what;
  switch (order.what) {
    case kind::retry:
      x->result.changed
        = state.backlog->hurry(order.messages, state.here->now(), order.which);
      break;
    case kind::hold:
      hold(state, *x);
      break;
    case kind::release:
      release(state, *x);
      break;
    case kind::bounce:
      return bounce(self, x);
    case kind::redirect:
      redirect(state, *x);
      break;
    case kind::remove:
      order.which.empty() ? remove_messages(state, *x) : remove(state, *x);
      break;
    case kind::suspend:
      x->result.changed = suspend(state, order.pause);
      break;
    case kind::resume:
      x->result.changed = resume(state, order.pause);
      break;
  }
  done(self, x);
  advance(self);
}

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
void take_back(shard_state& state, const queue::order& x) {
  if (x.what != kind::release)
    return;
  std::erase_if(state.put_off, [&](const auto& y) {
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
  const auto& order = *x->order.what;
  take_back(state, order);
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
  for (auto i = state.put_off.begin(); i != state.put_off.end();) {
    const auto [key, order] = *i;
    if (state.backlog->is_leased(key)) {
      ++i;
      continue;
    }
    i = state.put_off.erase(i);
    if (!state.backlog->holds(key.message))
      continue;
    auto now = *order;
    now.messages = {key.message};
    now.which = {};
    now.which.number = key.number;
    state.orders.push_front(
      {make_local<const queue::order>(std::move(now)), std::nullopt});
  }
  next_order(self);
}

} // namespace stagepost::shard
