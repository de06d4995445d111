#pragma once

#include "mail/queue/entry.hpp"
#include "messages/interfaces.hpp"

#include <caf/typed_response_promise.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <set>
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
    /// A report that a client is to hear of, once it is durable: who is told
    /// that it is not hears that nothing follows.
    bool promised = false;
  };

  void add(passenger x);

  /// Rows to change or delete and events to write, for whoever adds them.
  queue::batch& gathering() noexcept {
    return next_;
  }

  /// Told once that what was gathered is durable; or false, that it will be
  /// only when the database is back.
  using told = std::function<void(bool durable)>;
  /// Whom to tell of what has gathered until now.
  void when_durable(told whom);
  /// Those to tell now: after `arrived` of the batch that did.
  std::vector<told> take_told();
  /// All of them, and the reports that they were promised are taken back: the
  /// database does not answer, or not to us.
  std::vector<told> give_up_told();

  /// The batch to commit now: the one under way if its commit failed, else the
  /// next one. Null if one is being committed or there is nothing to do.
  std::shared_ptr<const queue::batch> depart();

  /// The one under way; null if none is.
  [[nodiscard]] const queue::batch* under_way() const noexcept {
    return under_way_.get();
  }

  /// The batch under way is durable. @returns Its messages, to be admitted.
  std::vector<passenger> arrived();

  /// The commit failed, which tells nothing: `depart` gives the batch again.
  void failed();

  /// Gives up on what somebody waits for, in both batches; reports stay. What
  /// may have become durable already, or may yet, is removed by a later batch.
  std::vector<promise> withdraw();

  /// Recipients that memory has no more, and whose rows go away or are held
  /// from one of the batches on.
  [[nodiscard]] std::vector<queue::recipient_key> leaving() const;

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
  /// Recipients whose rows one of the batches changes.
  [[nodiscard]] std::set<queue::recipient_key> changing() const;

private:
  std::vector<passenger> take_back(bool (*gone)(const passenger&));

  std::shared_ptr<queue::batch> under_way_;
  bool committing_ = false;
  /// Given up on while it was being committed: gone from the batch if that has
  /// to be sent again.
  std::vector<queue::id> withdrawn_;
  std::vector<passenger> aboard_;  ///< Of the batch under way.
  std::vector<passenger> reports_; ///< For the next batch, all of them.
  std::vector<passenger> queued_;  ///< For the batches after it.
  std::vector<told> told_aboard_;  ///< Who hears of the batch under way.
  std::vector<told> told_next_;    ///< Of the next one.
  std::vector<told> told_now_;
  queue::batch next_;        ///< Without its arrivals: those are queued.
  std::uint64_t octets_ = 0; ///< Of all content in line.
};

} // namespace stagepost
