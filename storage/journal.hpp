#pragma once

#include "mail/queue/entry.hpp"
#include "storage/error.hpp"
#include "storage/queue_reader.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace stagepost::storage {

/// Who has a shard.
struct shard_holder {
  std::string owner;
  std::chrono::milliseconds left{0}; ///< Of its lease; 0 if it has run out.
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
  /// A commit of one that is under way is waited for. Throws database_error.
  std::int64_t acquire(const std::string& owner, std::chrono::milliseconds lease
                                                 = std::chrono::seconds(10));

  /// Likewise, but only if nobody else's lease runs, by the server's clock.
  /// A writer of the last owner that stands still in the middle of a
  /// transaction is ended.
  /// @returns The new epoch, or 0 if another's lease runs: see `holder`.
  std::int64_t claim(const std::string& owner, std::chrono::milliseconds lease);

  /// Who has the shard; no owner if nobody has.
  shard_holder holder();

  /// Lets the lease run for so long from now. Throws fenced_off when the shard
  /// is not the owner's any more, or its epoch another.
  void prolong(const std::string& owner, std::chrono::milliseconds lease);

  /// Ends the lease, so that the next owner need not wait for its end.
  void give_up(const std::string& owner);

  /// Goes on for an owner whose last connection was lost: raises the epoch, so
  /// that nothing of that connection comes late.
  /// Throws fenced_off when somebody else is the owner.
  std::int64_t renew(const std::string& owner);

  /// Writes under an epoch acquired before, over another connection. Only for
  /// when that one has nothing under way: after a commit that failed, what it
  /// sent may still arrive late, and `acquire` is what keeps it out.
  void resume(std::int64_t epoch);

  /// Commits a batch, durable on return. A content over 1 MiB goes ahead in
  /// parts, in transactions of its own; its message row makes it real.
  /// Throws database_error (repeat the same batch on a new journal: what was
  /// done already stays as it is), fenced_off, or std::system_error when a
  /// content can't be read. After any of them this journal takes no more.
  void commit(const queue::batch& x);

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace stagepost::storage
