#include "actors/storage/directory.hpp"

#include "actors/storage/journal.hpp"

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
caf::result<T> attempt(directory_pointer self, F what) {
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

caf::result<directory_verdict> change(directory_pointer self,
                                      const directory_change& x) {
  // Over a new connection, since one that was left idle may be dead: a change
  // made again would be judged by what the first try has left.
  self->state.connection.reset();
  return attempt<directory_verdict>(self, [&x](storage::directory& db) {
    const auto verdict = db.change(x);
    if (is_done(verdict))
      log::info("storage", "directory changed",
                {{"what", to_string(x.what)}, {"subject", x.subject}});
    return verdict;
  });
}

} // namespace

directory_actor::behavior_type
directory(pointer<directory_actor, directory_state> self, node* here,
          std::string path) {
  self->join(here->tree, std::move(path), "directory");
  self->state.here = here;
  here->directory.set(self);
  return {
    [self](find_atom, const std::string& login) {
      return attempt<account>(
        self, [&](storage::directory& db) { return db.find(login); });
    },
    [self](change_atom, const directory_change& x) { return change(self, x); },
  };
}

} // namespace stagepost
