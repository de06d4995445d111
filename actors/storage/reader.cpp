#include "actors/storage/reader.hpp"

#include "actors/storage/journal.hpp"

namespace stagepost {

namespace {

using messages = local<std::vector<queue::stored>>;

template <class T, class F>
caf::result<T> attempt(reader_state& state, F what) {
  try {
    if (!state.connection)
      state.connection = std::make_unique<storage::queue_reader>(
        state.shard->database, state.shard->number);
    return what(*state.connection);
  } catch (const storage::database_error& x) {
    state.connection.reset();
    return make_storage_error(storage_fault::unavailable, x.what());
  }
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
    [self](show_atom, const std::vector<queue::id>& which) {
      return attempt<messages>(self->state, [&](storage::queue_reader& db) {
        return make_local(find(db, which));
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
