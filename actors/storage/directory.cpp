#include "actors/storage/directory.hpp"

#include "actors/storage/journal.hpp"

#include <algorithm>
#include <utility>

namespace stagepost {

namespace {

using directory_pointer = pointer<directory_actor, directory_state>;

storage::directory& connected(directory_state& x) {
  if (!x.connection)
    x.connection = std::make_unique<storage::directory>(x.here->database);
  return *x.connection;
}

void on_success(directory_state& x) {
  if (std::exchange(x.trouble, {}).empty())
    return;
  x.waits = restart_policy{directory_state::patience};
  log::info("storage", "directory back");
}

caf::error on_failure(directory_pointer self, const std::string& why) {
  auto& state = self->state;
  const auto now = self->clock().now();
  state.not_before = now + *state.waits.died(now);
  if (std::exchange(state.trouble, why).empty())
    log::error("storage", "directory away", {{"why", why}});
  return make_storage_error(storage_fault::unavailable, why);
}

/// Asks the database; what fails there becomes an error, and the connection is
/// thrown away.
template <class T, class F>
caf::expected<T> attempt(directory_pointer self, F what) {
  auto& state = self->state;
  const bool kept = state.connection != nullptr;
  if (!kept && self->clock().now() < state.not_before)
    return make_storage_error(storage_fault::unavailable, state.trouble);
  try {
    T out = what(connected(state));
    on_success(state);
    return out;
  } catch (const storage::database_error& x) {
    state.connection.reset();
    if (!kept)
      return on_failure(self, x.what());
  }
  // What was left idle may have died with a server that has long come back.
  return attempt<T>(self, std::move(what));
}

/// Reads which domains are here. What was read before counts on while the
/// database is away.
void read_domains(directory_pointer self) {
  auto& state = self->state;
  using names = std::vector<std::string>;
  const auto found = attempt<names>(
    self, [](storage::directory& db) { return db.domain_names(); });
  state.next_look = self->clock().now() + directory_state::look_every;
  if (!found)
    return;
  local_domains now{*found};
  if (*state.here->domains.get() != now)
    state.here->domains.set(std::move(now));
}

bool is_asked_for_domains(directory_pointer self) {
  return self->state.here->in_force.get()->routes.asks_directory();
}

/// Sooner than the next look, as a file read again may ask for the first time.
void look_at_domains(directory_pointer self) {
  auto& state = self->state;
  const bool due = !state.here->domains.get()->known()
                   || self->clock().now() >= state.next_look;
  if (due && is_asked_for_domains(self))
    read_domains(self);
  self->delayed_send(self, std::chrono::seconds(1), tick_atom_v);
}

caf::result<directory_verdict> change(directory_pointer self,
                                      const directory_change& x) {
  // Over a new connection, since one that was left idle may be dead: a change
  // made again would be judged by what the first try has left.
  self->state.connection.reset();
  auto out = attempt<directory_verdict>(self, [&x](storage::directory& db) {
    const auto verdict = db.change(x);
    if (is_done(verdict))
      log::info("storage", "directory changed",
                {{"what", to_string(x.what)}, {"subject", x.subject}});
    return verdict;
  });
  if (is_about_domain(x.what) && is_asked_for_domains(self))
    read_domains(self);
  return out;
}

bool asks_directory(const config::configuration& x) {
  return std::any_of(x.routes.begin(), x.routes.end(), [](const auto& y) {
    return y.recipient_domain == config::recipient_domain::local;
  });
}

} // namespace

void foresee_domains(node& here, const rules& in_force,
                     const config::configuration& to_come) {
  if (!asks_directory(to_come) || in_force.routes.asks_directory())
    return;
  try {
    here.domains.set(
      local_domains{storage::directory{here.database}.domain_names()});
  } catch (const storage::database_error& x) {
    here.domains.set({});
    log::warning("storage", "domains not read", {{"why", x.what()}});
  }
}

directory_actor::behavior_type
directory(pointer<directory_actor, directory_state> self, node* here,
          std::string path) {
  self->join(here->tree, std::move(path), "directory");
  self->state.here = here;
  here->directory.set(self);
  look_at_domains(self);
  return {
    [self](find_atom, const std::string& login) -> caf::result<account> {
      return attempt<account>(
        self, [&](storage::directory& db) { return db.find(login); });
    },
    [self](change_atom, const directory_change& x) { return change(self, x); },
    [self](tick_atom) { look_at_domains(self); },
  };
}

} // namespace stagepost
