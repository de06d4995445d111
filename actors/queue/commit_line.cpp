#include "actors/queue/commit_line.hpp"

#include "mail/queue/order.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace stagepost {

namespace {

/// A larger transaction gains nothing (measured), and lets the first of its
/// messages wait for the last.
constexpr std::size_t most_messages = 128;
constexpr std::uint64_t most_octets = 1'500'000;

} // namespace

void commit_line::add(passenger x) {
  octets_ += x.what.what->size;
  (x.waits ? queued_ : reports_).push_back(std::move(x));
}

std::shared_ptr<const queue::batch> commit_line::depart() {
  if (committing_)
    return nullptr;
  if (!under_way_) {
    if (queued_.empty() && reports_.empty() && next_.empty())
      return nullptr;
    under_way_ = std::make_shared<queue::batch>(std::exchange(next_, {}));
    told_aboard_ = std::exchange(told_next_, {});
    queue::keep_last(under_way_->changed);
    queue::keep_last(under_way_->redirected);
    std::size_t n = 0;
    std::uint64_t octets = 0;
    while (n < queued_.size() && n < most_messages
           && (n == 0 || octets + queued_[n].what.what->size <= most_octets))
      octets += queued_[n++].what.what->size;
    const auto end = queued_.begin() + static_cast<std::ptrdiff_t>(n);
    aboard_ = std::exchange(reports_, {});
    aboard_.insert(aboard_.end(), std::make_move_iterator(queued_.begin()),
                   std::make_move_iterator(end));
    queued_.erase(queued_.begin(), end);
    for (const auto& x : aboard_) {
      under_way_->arrivals.push_back(x.what);
      for (const auto& to : x.what.recipients)
        under_way_->events.push_back({x.what.what->received_at,
                                      x.what.what->id,
                                      to.number,
                                      queue::event::kind::accepted,
                                      to.address,
                                      {},
                                      "from <" + x.what.what->sender + '>'});
    }
  }
  committing_ = true;
  return under_way_;
}

std::vector<commit_line::passenger> commit_line::arrived() {
  committing_ = false;
  under_way_.reset();
  withdrawn_.clear();
  std::move(told_aboard_.begin(), told_aboard_.end(),
            std::back_inserter(told_now_));
  told_aboard_.clear();
  for (const auto& x : aboard_)
    octets_ -= x.what.what->size;
  return std::exchange(aboard_, {});
}

void commit_line::when_durable(told whom) {
  if (!next_.empty() || !reports_.empty())
    told_next_.push_back(std::move(whom));
  else if (under_way_)
    told_aboard_.push_back(std::move(whom));
  else
    whom(true);
}

std::vector<commit_line::told> commit_line::take_told() {
  return std::exchange(told_now_, {});
}

std::vector<commit_line::told> commit_line::give_up_told() {
  auto out = std::exchange(told_aboard_, {});
  std::move(told_next_.begin(), told_next_.end(), std::back_inserter(out));
  told_next_.clear();
  take_back([](const passenger& x) { return x.promised; });
  return out;
}

void commit_line::failed() {
  committing_ = false;
  if (withdrawn_.empty())
    return;
  auto now = std::make_shared<queue::batch>(*under_way_);
  for (const auto gone : std::exchange(withdrawn_, {})) {
    std::erase_if(now->arrivals, [&](auto& y) { return y.what->id == gone; });
    std::erase_if(now->events, [&](auto& y) { return y.message == gone; });
  }
  under_way_ = std::move(now);
}

std::vector<commit_line::passenger>
commit_line::take_back(bool (*gone)(const passenger&)) {
  if (committing_) {
    // It may come through yet, so that it is not for it to undo.
    for (const auto& x : aboard_)
      if (gone(x)) {
        next_.removed.push_back(x.what.what->id);
        withdrawn_.push_back(x.what.what->id);
      }
  } else if (under_way_) {
    // Whoever commits may still read the old batch: it gets a successor.
    auto now = std::make_shared<queue::batch>(*under_way_);
    for (const auto& x : aboard_)
      if (gone(x)) {
        const auto id = x.what.what->id;
        now->removed.push_back(id);
        std::erase_if(now->arrivals, [&](auto& y) { return y.what->id == id; });
        std::erase_if(now->events, [&](auto& y) { return y.message == id; });
      }
    under_way_ = std::move(now);
  }
  std::vector<passenger> out;
  for (auto* from : {&aboard_, &reports_, &queued_})
    std::erase_if(*from, [&](passenger& x) {
      if (!gone(x))
        return false;
      octets_ -= x.what.what->size;
      out.push_back(std::move(x));
      return true;
    });
  return out;
}

std::vector<commit_line::promise> commit_line::withdraw() {
  std::vector<promise> out;
  for (auto& x :
       take_back([](const passenger& y) { return y.waits.has_value(); }))
    out.push_back(std::move(*x.waits));
  return out;
}

std::vector<queue::recipient_key> commit_line::leaving() const {
  std::vector<queue::recipient_key> out;
  const auto add = [&out](const queue::batch& x) {
    out.insert(out.end(), x.finished.begin(), x.finished.end());
    for (const auto& y : x.changed)
      if (y.now.state == queue::recipient_state::held
          || y.now.state == queue::recipient_state::ended)
        out.push_back({y.message, y.now.number});
  };
  add(next_);
  if (under_way_)
    add(*under_way_);
  return out;
}

std::set<queue::recipient_key> commit_line::changing() const {
  std::set<queue::recipient_key> out;
  for (const auto* x : {&std::as_const(next_), under_way()})
    if (x != nullptr)
      for (const auto& y : x->changed)
        out.insert({y.message, y.now.number});
  return out;
}

std::vector<queue::id> commit_line::removing() const {
  auto out = next_.removed;
  if (under_way_)
    out.insert(out.end(), under_way_->removed.begin(),
               under_way_->removed.end());
  return out;
}

} // namespace stagepost
