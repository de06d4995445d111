#pragma once

#include "mail/queue/entry.hpp"
#include "messages/interfaces.hpp"

#include <caf/typed_response_promise.hpp>

#include <memory>
#include <optional>
#include <vector>

namespace stagepost {

/// The line before a shard's journal: one batch is under way, the next one
/// gathers meanwhile. That is the whole of group commit: the slower the disk,
/// the larger the batches.
class commit_line {
public:
  using promise = caf::typed_response_promise<outcome>;

  /// A message to be made durable, and who waits to hear of it: a session; or
  /// nobody for a report, which goes with the very next batch, for that one has
  /// the failures that it reports.
  struct passenger {
    queue::arrival what;
    std::optional<promise> waits;
  };

  void add(passenger x);

  /// Rows to change or delete and events to write, for whoever adds them.
  queue::batch& gathering() noexcept {
    return next_;
  }

  /// The batch to commit now: the one under way if its commit failed, else the
  /// next one. Null if one is being committed or there is nothing to do.
  std::shared_ptr<const queue::batch> depart();

  /// The batch under way is durable. @returns Its messages, to be admitted.
  std::vector<passenger> arrived();

  /// The commit failed, which tells nothing: `depart` gives the batch again.
  void failed();

  /// Gives up on what somebody waits for, in both batches; reports stay. What
  /// may have become durable already, or may yet, is removed by a later batch.
  std::vector<promise> withdraw();

  /// Recipients whose rows go away with one of the batches.
  [[nodiscard]] std::vector<queue::recipient_key> finishing() const;

  /// Messages that one of the batches removes.
  [[nodiscard]] std::vector<queue::id> removing() const;

  [[nodiscard]] bool committing() const noexcept {
    return committing_;
  }
  [[nodiscard]] std::size_t waiting() const noexcept {
    return aboard_.size() + reports_.size() + queued_.size();
  }
  [[nodiscard]] std::uint64_t octets() const noexcept {
    return octets_;
  }
  [[nodiscard]] bool idle() const noexcept {
    return !under_way_ && queued_.empty() && reports_.empty() && next_.empty();
  }
  [[nodiscard]] bool has_changes() const noexcept {
    return under_way_ || !next_.changed.empty();
  }

private:
  std::shared_ptr<queue::batch> under_way_;
  bool committing_ = false;
  /// Given up on while it was being committed: gone from the batch if that has
  /// to be sent again.
  std::vector<queue::id> withdrawn_;
  std::vector<passenger> aboard_;  ///< Of the batch under way.
  std::vector<passenger> reports_; ///< For the next batch, all of them.
  std::vector<passenger> queued_;  ///< For the batches after it.
  queue::batch next_;              ///< Without its arrivals: those are queued.
  std::uint64_t octets_ = 0;       ///< Of all content in line.
};

} // namespace stagepost
