#include "actors/storage/journal.hpp"

#include "mail/queue/lease.hpp"
#include "storage/maintenance.hpp"

#include <caf/atom.hpp>
#include <caf/make_message.hpp>

#include <system_error>

namespace stagepost {

namespace {

constexpr auto category = caf::atom("storage");

storage::queue_journal& connected(journal_state& x) {
  if (!x.connection)
    x.connection = std::make_unique<storage::queue_journal>(x.shard->database,
                                                            x.shard->number);
  return *x.connection;
}

/// Does something on the database; what fails there becomes an error, and the
/// connection is thrown away.
template <class F>
auto attempt(journal_state& state, F what)
  -> caf::result<decltype(what(*state.connection))> {
  try {
    return what(connected(state));
  } catch (const storage::fenced_off& x) {
    state.connection.reset();
    return make_storage_error(storage_fault::fenced_off, x.what());
  } catch (const storage::database_error& x) {
    state.connection.reset();
    return make_storage_error(storage_fault::unavailable, x.what());
  } catch (const std::system_error& x) { // a content can't be read
    state.connection.reset();
    return make_storage_error(storage_fault::unavailable, x.what());
  }
}

/// Takes the shard over if nobody else has it, and tidies up after its last
/// owner.
shard_claim claim(storage::queue_journal& db, shard_services& shard,
                  const std::string& owner) {
  shard_claim out;
  out.epoch = shard.exclusive ? db.acquire(owner, queue::lease_length)
                              : db.claim(owner, queue::lease_length);
  if (out.epoch == 0) {
    auto now = db.holder();
    out.owner = std::move(now.owner);
    out.left = now.left;
    return out;
  }
  // The last owner's clock may have been ahead of ours.
  shard.ids.raise_to(
    queue::id{storage::highest_id(shard.database, shard.number)});
  const auto n = storage::sweep_orphaned_parts(shard.database, shard.number);
  if (n > 0)
    log::info("storage", "orphaned parts swept", {{"messages", n}});
  return out;
}

} // namespace

std::string describe_storage_error(std::uint8_t code, caf::atom_value,
                                   const caf::message& details) {
  const auto* what
    = code == static_cast<std::uint8_t>(storage_fault::fenced_off)
        ? "fenced off: "
        : "storage unavailable: ";
  return details.match_elements<std::string>()
           ? what + details.get_as<std::string>(0)
           : what;
}

caf::error make_storage_error(storage_fault code, const std::string& why) {
  return {static_cast<std::uint8_t>(code), category, caf::make_message(why)};
}

bool is_fenced_off(const caf::error& x) {
  return x.category() == category
         && x.code() == static_cast<std::uint8_t>(storage_fault::fenced_off);
}

journal_actor::behavior_type journal(pointer<journal_actor, journal_state> self,
                                     node* here, shard_services* shard,
                                     std::string path) {
  self->join(here->tree, std::move(path), "journal");
  self->state.shard = shard;
  shard->journal.set(self);
  return {
    [self](acquire_atom, const std::string& owner) {
      auto& state = self->state;
      return attempt(state, [&](storage::queue_journal& db) {
        return make_local<const shard_claim>(claim(db, *state.shard, owner));
      });
    },
    [self](lease_atom, const std::string& owner) {
      const bool fresh = self->state.connection == nullptr;
      return attempt(self->state, [&](storage::queue_journal& db) {
        if (fresh)
          db.renew(owner);
        db.prolong(owner, queue::lease_length);
        return caf::ok_atom_v;
      });
    },
    [self](yield_atom, const std::string& owner) {
      return attempt(self->state, [&](storage::queue_journal& db) {
        db.give_up(owner);
        return caf::ok_atom_v;
      });
    },
    [self](commit_atom, const std::string& owner,
           const local<const queue::batch>& what) {
      auto& state = self->state;
      const bool fresh = state.connection == nullptr;
      return attempt(state, [&](storage::queue_journal& db) {
        // What a lost connection still had under way must not come after
        // what is written here.
        if (fresh)
          db.renew(owner);
        db.commit(*what);
        return caf::ok_atom_v;
      });
    },
  };
}

} // namespace stagepost
