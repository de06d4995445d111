#pragma once

#include "mail/queue/entry.hpp"

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace stagepost::storage {

/// The database refused, or could not be reached, or the connection broke
/// while it answered: nothing is known of the transaction.
struct database_error : std::runtime_error {
  using runtime_error::runtime_error;
};

/// Another daemon owns the shard now: this one must stop writing to it.
struct fenced_off : std::runtime_error {
  using runtime_error::runtime_error;
};

/// The write side of a queue shard: one libpq connection, one transaction a
/// batch, in one pipeline with one Sync. Blocks; belongs to one thread.
class queue_journal {
public:
  /// Connects and prepares. Throws database_error.
  queue_journal(const std::string& connection_string, std::uint16_t shard);
  ~queue_journal();

  /// Becomes the shard's owner: raises its epoch.
  /// @param owner  The node's name, for people.
  /// @returns The new epoch, which fences every writer with an older one.
  std::int64_t acquire(const std::string& owner);

  /// Writes under an epoch acquired before (by a predecessor, say).
  void resume(std::int64_t epoch);

  /// Commits a batch, durable on return. A content over 1 MiB goes ahead in
  /// parts, in transactions of its own; its message row makes it real.
  /// Throws database_error (repeat the same batch on a new journal: what was
  /// done already stays as it is) or fenced_off.
  void commit(const queue::batch& x);

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

/// The read side: what a shard holds. Blocks; throws database_error.
class queue_reader {
public:
  queue_reader(const std::string& connection_string, std::uint16_t shard);
  ~queue_reader();

  /// All recipients that are queued, and the deferred ones due before
  /// `until`, with their messages, oldest first, in pieces: call again with
  /// the last id of the piece until it comes back empty.
  std::vector<queue::stored> load(queue::time_point until, queue::id after,
                                  std::size_t limit);

  /// Deferred recipients with `from` <= next_at < `until`.
  std::vector<queue::stored> load_due(queue::time_point from,
                                      queue::time_point until);

  /// One message's recipients, whatever their state. Empty if there is none.
  std::vector<queue::stored> load_message(queue::id x);

  /// A message's content, from the row or its parts; nullptr if it is gone.
  /// Over 1 MiB it is put into an unlinked file under `spool_directory`.
  content_ptr load_content(queue::id x, const std::string& spool_directory);

  /// The number of recipients by state, and of messages.
  struct totals {
    std::uint64_t messages = 0;
    std::uint64_t queued = 0;
    std::uint64_t deferred = 0;
    std::uint64_t held = 0;
  };
  totals count();

  /// For people: messages with `filter`, newest last.
  struct filter {
    std::string domain; ///< Of a recipient; "" = any.
    std::string sender; ///< Address or @domain; "" = any.
    std::string state;  ///< queued, deferred, held; "" = any.
    std::chrono::seconds older{0};
    std::size_t limit = 1000;
  };
  std::vector<queue::stored> list(const filter& f, queue::time_point now);

  /// The log of one message, oldest first.
  std::vector<queue::event> history(queue::id x);

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace stagepost::storage
