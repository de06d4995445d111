#pragma once

#include "actors/node.hpp"
#include "actors/queue/commit_line.hpp"
#include "actors/runtime/observed.hpp"
#include "mail/queue/backlog.hpp"

#include <chrono>
#include <map>
#include <memory>
#include <set>
#include <string>

namespace stagepost {

/// State of a QUEUE SHARD: the backlog in memory, the line before the journal,
/// and the destinations that work for it.
struct shard_state {
  static inline const char* name = "queue-shard";

  struct neighbour {
    site where;
    destination_actor who; ///< The one strong handle; null until needed.
    queue::time_point last_used;
  };

  node* here = nullptr;
  shard_services* services = nullptr;
  rules_ptr rules; ///< See `rules_of`.
  std::unique_ptr<queue::backlog> backlog;
  commit_line line;
  std::int64_t epoch = 0; ///< 0 until the shard is ours.
  bool stopping = false;
  caf::error why;      ///< Our own exit reason, once all is written down.
  bool fenced = false; ///< Another daemon owns the shard now: touch nothing.
  queue::time_point failing_since; ///< Of commits; epoch when they succeed.
  queue::time_point departed;      ///< When the batch under way left.
  /// Clients were told that nothing can be stored, and no mail has been since:
  /// the next failure is told at once.
  bool doubtful = false;
  queue::time_point horizon; ///< Deferred ones due before it are in memory.
  bool loading = false;      ///< A read of recipients is under way.
  bool complete = false;     ///< The read at the start has come to its end.
  queue::id load_after;      ///< How far that read is.
  std::uint64_t loaded = 0;  ///< Messages it has found.
  /// Rows that went away while a load was under way, whose snapshot may still
  /// show them.
  std::set<queue::recipient_key> gone_while_loading;
  std::set<queue::id> removed_while_loading;     ///< Likewise, whole messages.
  std::map<std::string, neighbour> destinations; ///< By site.
  std::uint64_t alarm = 0; ///< Generation of the wake-up timer.
  queue::time_point alarm_at = queue::time_point::max();
  std::uint64_t next_worker_loop = 0;

  ~shard_state();
};

using shard_pointer = pointer<queue_shard_actor, shard_state>;

/// The QUEUE SHARD owns the messages whose id names it. Memory says what is to
/// be done; the database is its journal, read only at the start, for deferred
/// mail whose time comes near, and for content that memory had no room for.
queue_shard_actor::behavior_type queue_shard(shard_pointer self, node* here,
                                             shard_services* services,
                                             std::string path);

namespace shard {

// The parts of the shard's work, each in a file of its own.

/// The rules in force. When they are others than before, what the shard knows
/// of domains goes, as it was found by the old ones.
rules_ptr rules_of(shard_state& state);
/// Was the shard taken over, and by nobody else since? Without that nothing
/// of it may be touched.
bool is_ours(const shard_state& state);
/// What to tell who wants something of a shard that is not ours.
caf::error not_ours();
/// Sends the next batch to the journal, unless one is under way.
void commit(shard_pointer self);
/// A commit that does not come back is a failure like any other.
void mind_the_commit(shard_pointer self);
/// Becomes the shard's owner, then reads what it holds.
void take_over(shard_pointer self);
/// Goes on with the read at the start, or reads deferred mail whose time comes
/// near.
void load_ahead(shard_pointer self);
/// Makes messages due now, wherever they are; all if none is named.
/// @returns How many recipients.
caf::result<std::uint64_t> hurry(shard_pointer self,
                                 const std::vector<queue::id>& which);
/// Asks for hosts, hands out leases, sets the alarm: whatever can be done now.
void advance(shard_pointer self);
/// Ends an attempt.
void settle(shard_pointer self, const attempt_result& x);
/// Rings `wake` at a time, unless it will ring earlier.
void set_alarm(shard_pointer self, queue::time_point when);

} // namespace shard

} // namespace stagepost
