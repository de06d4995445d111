#pragma once

#include "mail/queue/entry.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace stagepost::storage {

/// The read side: what a shard holds. Blocks; throws database_error.
class queue_reader {
public:
  queue_reader(const std::string& connection_string, std::uint16_t shard);
  ~queue_reader();

  /// All recipients that are queued, and the deferred ones due before
  /// `until`, with their messages, oldest first, in pieces: call again with
  /// the last id of the piece until it comes back empty.
  /// @param limit  Of recipients; a message is never divided.
  std::vector<queue::stored> load(queue::time_point until, queue::id after,
                                  std::size_t limit);

  /// Deferred recipients with `from` <= next_at < `until`.
  std::vector<queue::stored> load_due(queue::time_point from,
                                      queue::time_point until);

  /// Up to when, after `from` and at most `until`, no more than `most` deferred
  /// recipients are due; a little more of them if all are due at once.
  queue::time_point due_limit(queue::time_point from, queue::time_point until,
                              std::size_t most);

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
    std::uint64_t ended = 0;
  };
  totals count();

  /// For people: messages with those recipients that `filter` is about,
  /// newest last.
  struct filter {
    std::string domain{}; ///< Of a recipient; "" = any.
    std::string sender{}; ///< Address or @domain; "" = any.
    std::string state{};  ///< queued, deferred, held; "" = any.
    std::chrono::seconds older{0};
    std::size_t limit = 1000;
    std::string recipient{}; ///< Address; "" = any.
    queue::id after{};       ///< Only later ones.
  };
  std::vector<queue::stored> list(const filter& f, queue::time_point now);

  /// The log of one message, oldest first.
  std::vector<queue::event> history(queue::id x);

  /// What is suspended.
  std::vector<queue::suspension> suspended();

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace stagepost::storage
