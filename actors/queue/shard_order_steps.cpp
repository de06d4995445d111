// What becomes of mail by an administrator's order: in memory at once, in the
// database with the next commit.

#include "actors/queue/shard_order.hpp"

#include <memory>
#include <set>
#include <utility>

namespace stagepost::shard {

namespace {

using queue::backlog;
using queue::recipient_state;
using kind = queue::order::kind;

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

/// What is under way waits for its end.
void put_off(shard_state& state, progress& x,
             const backlog::leased_keys& leased) {
  for (const auto& key : leased)
    state.put_off[key] = x.order.what;
  x.result.under_way += leased.size();
}

/// Takes out what the order is about, but for what is under way.
std::vector<backlog::extract> take_out(shard_state& state, progress& x,
                                       backlog::rows after) {
  const auto& order = *x.order.what;
  backlog::leased_keys leased;
  auto out
    = state.backlog->take_out(order.messages, order.which, after, leased);
  put_off(state, x, leased);
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

/// What is under way is tried again at once if it is deferred. What goes at
/// once needs no row that says so; what is suspended does, for a restart.
void retry(shard_state& state, progress& x) {
  const auto& order = *x.order.what;
  backlog::leased_keys leased;
  x.result.changed
    = state.backlog->hurry(order.messages, state.here->now(), order.which,
                           order.messages.empty() ? nullptr : &leased,
                           &state.line.gathering().changed);
  put_off(state, x, leased);
}

/// With all its rows, also those that memory never had.
void remove_message(shard_state& state, queue::id id) {
  state.line.gathering().removed.push_back(id);
  if (state.loading)
    state.removed_while_loading.insert(id);
}

/// Rows go, and whole messages where nothing of them is under way.
void remove(shard_state& state, progress& x) {
  auto& batch = state.line.gathering();
  const bool whole = x.order.what->which.empty();
  std::set<queue::id> unseen;
  if (whole && state.loading) // also what that read is about to find
    unseen = {x.order.what->messages.begin(), x.order.what->messages.end()};
  const auto before = x.result.changed;
  const auto taken = take_out(state, x, backlog::rows::go);
  for (const auto& found : taken) {
    const auto id = found.what->id;
    unseen.erase(id);
    for (const auto& row : found.rows) {
      forget(state, id, row);
      tell(state, id, row, queue::event::kind::deleted);
      if (!whole || !found.last)
        batch.finished.push_back({id, row.number});
    }
    if (whole && found.last)
      remove_message(state, id);
    else if (found.last)
      (found.whole ? batch.finished_messages : batch.maybe_finished)
        .push_back(id);
  }
  if (!whole)
    return;
  std::erase_if(unseen, [&](auto id) { return awaits_order(state, id); });
  x.result.changed = before + taken.size() + unseen.size(); // messages
  for (const auto id : unseen) {
    remove_message(state, id);
    tell(state, id, {}, queue::event::kind::deleted);
  }
}

/// Fails what the order is about.
void bounce(shard_pointer self, const progress_ptr& x) {
  auto& state = self->state;
  const auto& order = *x->order.what;
  backlog::leased_keys leased;
  const auto leases
    = state.backlog->lease_out(order.messages, order.which, leased);
  put_off(state, *x, leased);
  x->open = leases.size();
  if (leases.empty()) {
    end_rounds(self);
    return done(self, x);
  }
  for (const auto& y : leases) {
    x->result.changed += y.recipients.size();
    write_off(self, y, order.reply, [self, x] {
      if (--x->open == 0)
        done(self, x);
    });
  }
}

} // namespace

void execute(shard_pointer self, const progress_ptr& x) {
  auto& state = self->state;
  const auto& order = *x->order.what;
  switch (order.what) {
    case kind::retry:
      retry(state, *x);
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
      remove(state, *x);
      break;
    case kind::suspend:
      x->result.changed = suspend(state, order.pause);
      break;
    case kind::resume:
      x->result.changed = resume(state, order.pause);
      break;
  }
  end_rounds(self);
  done(self, x);
  advance(self);
}

} // namespace stagepost::shard
