#include "actors/storage/reader.hpp"

#include "actors/storage/journal.hpp"

#include <system_error>
#include <utility>

namespace stagepost {

namespace {

using messages = local<std::vector<queue::stored>>;

storage::queue_reader& connected(reader_state& x) {
  if (!x.connection)
    x.connection = std::make_unique<storage::queue_reader>(x.shard->database,
                                                           x.shard->number);
  return *x.connection;
}

template <class T, class F>
caf::result<T> attempt(reader_state& state, F what) {
  const bool kept = state.connection != nullptr;
  try {
    return what(connected(state));
  } catch (const storage::database_error& x) {
    state.connection.reset();
    if (!kept)
      return make_storage_error(storage_fault::unavailable, x.what());
  } catch (const std::system_error& x) { // no room to spool a content
    return make_storage_error(storage_fault::unavailable, x.what());
  }
  // What was left idle may have died with a server that has long come back.
  return attempt<T>(state, std::move(what));
}

std::vector<queue::stored> find(storage::queue_reader& db,
                                const std::vector<queue::id>& which) {
  if (which.empty())
    return db.load_due(queue::time_point{}, queue::time_point::max());
  std::vector<queue::stored> out;
  for (const auto id : which)
    for (auto& x : db.load_message(id))
      out.push_back(std::move(x));
  return out;
}

} // namespace

reader_actor::behavior_type reader(pointer<reader_actor, reader_state> self,
                                   node* here, shard_services* shard,
                                   std::string path) {
  self->join(here->tree, std::move(path), "reader");
  self->state.shard = shard;
  shard->reader.set(self);
  return {
    [self](load_atom, queue::time_point until, queue::id after,
           std::uint32_t limit) {
      return attempt<messages>(self->state, [&](storage::queue_reader& db) {
        return make_local(db.load(until, after, limit));
      });
    },
    [self](due_atom, queue::time_point from, queue::time_point until) {
      return attempt<messages>(self->state, [&](storage::queue_reader& db) {
        return make_local(db.load_due(from, until));
      });
    },
    [self](count_atom, queue::time_point from, queue::time_point until,
           std::uint32_t most) {
      return attempt<queue::time_point>(
        self->state, [&](auto& db) { return db.due_limit(from, until, most); });
    },
    [self](show_atom, const std::vector<queue::id>& which) {
      return attempt<messages>(self->state, [&](storage::queue_reader& db) {
        return make_local(find(db, which));
      });
    },
    [self](suspended_atom) {
      using suspended = local<std::vector<queue::suspension>>;
      return attempt<suspended>(self->state, [](storage::queue_reader& db) {
        return make_local(db.suspended());
      });
    },
    [self, here](body_atom, queue::id x) {
      using body = local<const content>;
      return attempt<body>(self->state, [&](storage::queue_reader& db) {
        return body{db.load_content(x, here->spool_directory)};
      });
    },
  };
}

} // namespace stagepost
