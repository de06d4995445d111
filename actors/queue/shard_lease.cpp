// The shard and its lease: taking over, standing by, giving up; and what a
// database that can't be reached means for those who wait.

#include "actors/queue/shard.hpp"
#include "actors/storage/journal.hpp"
#include "mail/queue/lease.hpp"

#include <caf/exit_reason.hpp>
#include <caf/send.hpp>

#include <algorithm>
#include <utility>

namespace stagepost::shard {

namespace {

/// Until the journal, a sibling's child, has come up.
constexpr std::chrono::milliseconds start_pause{10};

/// The lease runs, by our clock, since before it was asked for.
void leased_since(shard_state& state, lease_clock::time_point asked) {
  auto& services = *state.services;
  services.standby = false;
  state.unrenewed = false;
  if (services.exclusive)
    return;
  services.lease_ends = asked + (queue::lease_length - queue::lease_margin);
  state.renew_at = asked + queue::lease_renewal;
}

void stand_by(shard_pointer self, const shard_claim& other) {
  auto& state = self->state;
  if (!state.services->standby.exchange(true))
    log::info("queue", "standing by",
              {{"shard", state.services->name},
               {"owner", other.owner},
               {"next", "taken over when the owner gives it up or dies"}});
  state.services->owner.set(other.owner);
  state.services->suspended.set({}); // the owner may know of others
  state.services->healthy = false;
  state.failing_since = {};
  for (auto& waits : state.line.withdraw())
    waits.deliver(outcome{{451, {4, 3, 0}, "Mail can't be stored here"}});
  next_order(self);
  set_alarm(self, state.here->now()
                    + std::clamp<std::chrono::milliseconds>(
                      other.left, start_pause, queue::claim_interval));
}

void on_claimed(shard_pointer self, std::int64_t epoch,
                lease_clock::time_point asked,
                const std::vector<queue::suspension>& suspended) {
  auto& state = self->state;
  state.epoch = epoch;
  state.services->owner.set({});
  take_in(state, suspended);
  leased_since(state, asked);
  storage_works(state);
  mind_the_lease(self);
  load_ahead(self);
  next_order(self);
  commit(self);
}

/// What is suspended has to be known before anything is delivered.
void read_suspended(shard_pointer self, std::int64_t epoch,
                    lease_clock::time_point asked) {
  self
    ->request(self->state.services->reader.get(), caf::infinite,
              suspended_atom_v)
    .then(
      [self, epoch, asked](const local<std::vector<queue::suspension>>& x) {
        on_claimed(self, epoch, asked, *x);
      },
      [self](const caf::error& why) {
        storage_fails(self, "can't take the shard over",
                      self->system().render(why));
      });
}

/// The database answers a standby again: the owner has the first word.
void come_back_later(shard_pointer self) {
  self
    ->request(self->state.services->reader.get(), caf::infinite,
              suspended_atom_v)
    .then(
      [self](const local<std::vector<queue::suspension>>&) {
        auto& state = self->state;
        state.cut_off = false;
        state.claim_after = self->clock().now() + queue::owner_first;
        set_alarm(self, state.claim_after);
      },
      [self](const caf::error& why) {
        storage_fails(self, "can't take the shard over",
                      self->system().render(why));
      });
}

/// Deliveries that waited for the lease may begin.
void let_deliver(shard_pointer self) {
  for (auto& [key, x] : self->state.destinations)
    if (x.who)
      self->send(x.who, caf::update_atom_v, make_local<const site>(x.where));
  advance(self);
}

void on_renewed(shard_pointer self, lease_clock::time_point asked) {
  auto& state = self->state;
  const bool had_run_out
    = self->clock().now() >= state.services->lease_ends.load();
  state.renewing = false;
  leased_since(state, asked);
  set_alarm(self, state.renew_at);
  if (had_run_out)
    let_deliver(self);
}

/// The database can't be asked. Until the lease runs out, that matters to
/// nobody.
void on_not_renewed(shard_pointer self, const caf::error& why) {
  auto& state = self->state;
  state.renewing = false;
  const auto text = self->system().render(why);
  if (is_fenced_off(why))
    return stand_aside(self, text);
  if (!std::exchange(state.unrenewed, true))
    log::warning("queue", "lease not renewed",
                 {{"shard", state.services->name},
                  {"why", text},
                  {"next", "tried again by itself; nothing is delivered when "
                           "the lease has run out"}});
  state.renew_at = self->clock().now() + queue::claim_interval;
  set_alarm(self, state.renew_at);
}

} // namespace

void take_over(shard_pointer self) {
  auto& state = self->state;
  const auto journal = state.services->journal.get();
  if (state.stopping)
    return;
  if (!journal || !state.services->reader.get()) // being started, as we are
    return set_alarm(self, state.here->now() + start_pause);
  if (state.cut_off)
    return come_back_later(self);
  if (self->clock().now() < state.claim_after)
    return set_alarm(self, state.claim_after);
  const auto asked = self->clock().now();
  self->request(journal, caf::infinite, acquire_atom_v, state.here->incarnation)
    .then(
      [self, asked](const local<const shard_claim>& x) {
        if (x->epoch == 0)
          return stand_by(self, *x);
        read_suspended(self, x->epoch, asked);
      },
      [self](const caf::error& why) {
        self->state.cut_off = self->state.services->standby;
        storage_fails(self, "can't take the shard over",
                      self->system().render(why));
      });
}

void mind_the_lease(shard_pointer self) {
  auto& state = self->state;
  if (!is_ours(state) || state.services->exclusive || state.renewing)
    return;
  if (self->clock().now() < state.renew_at)
    return set_alarm(self, state.renew_at);
  state.renewing = true;
  const auto asked = self->clock().now();
  // No timeout: while it is not answered the lease runs out, and that is all.
  self
    ->request(state.services->journal.get(), caf::infinite, lease_atom_v,
              state.here->incarnation)
    .then([self, asked](caf::ok_atom) { on_renewed(self, asked); },
          [self](const caf::error& why) { on_not_renewed(self, why); });
}

/// This shard's rows belong to another daemon now. Writing on would be wrong,
/// and so would be delivering, even what is under way: it does so itself. We
/// end at once, and our successor stands by.
void stand_aside(shard_pointer self, const std::string& why) {
  auto& state = self->state;
  if (std::exchange(state.fenced, true))
    return;
  state.services->healthy = false;
  state.services->lease_ends = lease_clock::time_point::min();
  log::error("queue", "shard lost to another daemon",
             {{"shard", state.services->name},
              {"why", why},
              {"next", "it was held to be dead: was it stopped, or cut off "
                       "from its database? It stands by now"}});
  for (auto& waits : state.line.withdraw())
    waits.deliver(outcome{{451, {4, 3, 0}, "Mail can't be stored here"}});
  for (const auto& tell : state.line.give_up_told())
    tell(false);
  for (auto& [key, x] : state.destinations)
    if (x.who)
      self->send_exit(x.who, caf::exit_reason::kill);
  self->quit(state.stopping
               ? state.why
               : make_storage_error(storage_fault::fenced_off, why));
}

void quit_if_done(shard_pointer self) {
  auto& state = self->state;
  if (!state.stopping || state.yielding || !state.line.idle()
      || std::any_of(state.destinations.begin(), state.destinations.end(),
                     [](auto& x) { return static_cast<bool>(x.second.who); }))
    return;
  const auto journal = state.services->journal.get();
  if (!is_ours(state) || state.services->exclusive || !journal)
    return self->quit(state.why);
  state.yielding = true;
  self->request(journal, caf::infinite, yield_atom_v, state.here->incarnation)
    .then([self](caf::ok_atom) { self->quit(self->state.why); },
          [self](const caf::error&) { self->quit(self->state.why); });
}

// When the lease has run out, another daemon would deliver it again.
void begin_nothing(shard_pointer self) {
  auto& state = self->state;
  if (!is_ours(state) || state.services->exclusive || state.stopping)
    return;
  state.services->lease_ends
    = std::min(state.services->lease_ends.load(), self->clock().now());
  state.renew_at = self->clock().now();
  mind_the_lease(self);
}

void storage_works(shard_state& state) {
  if (state.failing_since != queue::time_point{})
    log::info("queue", "storage back", {{"shard", state.services->name}});
  state.failing_since = {};
  state.services->healthy = true;
}

void storage_fails(shard_pointer self, const char* event,
                   const std::string& why) {
  auto& state = self->state;
  const auto now = state.here->now();
  if (state.failing_since == queue::time_point{}) {
    state.failing_since = now;
    log::error("queue", event,
               {{"shard", state.services->name},
                {"why", why},
                {"next", "tried again by itself"}});
  }
  if ((state.doubtful || now - state.failing_since >= storage_patience)
      && state.services->healthy) {
    state.services->healthy = false;
    state.doubtful = true;
    const auto given_up = state.line.withdraw();
    for (auto waits : given_up)
      waits.deliver(
        outcome{{451,
                 {4, 3, 0},
                 "Mail can't be stored at the moment, try again later"}});
    for (const auto& tell : state.line.give_up_told())
      tell(false);
    log::error("queue", "takes no mail",
               {{"shard", state.services->name},
                {"clients_told", given_up.size()},
                {"next", "see that PostgreSQL runs and can be reached; mail is "
                         "taken again by itself"}});
  }
  set_alarm(self, now + storage_pause);
}

} // namespace stagepost::shard
