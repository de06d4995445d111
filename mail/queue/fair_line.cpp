#include "mail/queue/fair_line.hpp"

#include <algorithm>
#include <iterator>

namespace stagepost::queue {

namespace {

/// What a flow gets for each turn: one small message.
constexpr std::int64_t quantum = 1;

constexpr std::uint64_t octets_per_credit = 64U << 10U;

/// What has gone is cut off when there is so much of it.
constexpr std::size_t most_passed = 64;

} // namespace

fair_line::flow& fair_line::find(std::string_view name) {
  if (const auto i = by_name_.find(name); i != by_name_.end())
    return *i->second;
  auto& out = turns_.emplace_back();
  out.name = name;
  by_name_.emplace(out.name, std::prev(turns_.end()));
  return out;
}

void fair_line::push(std::string_view whose, const recipient_key& x) {
  find(whose).line.push_back(x);
}

void fair_line::push_front(std::string_view whose, const recipient_key& x) {
  auto& to = find(whose);
  if (to.passed > 0)
    to.line[--to.passed] = x;
  else
    to.line.insert(to.line.begin(), x);
}

const recipient_key* fair_line::front() {
  if (turns_.empty())
    return nullptr;
  for (auto n = turns_.size(); n > 0 && turns_.front().credit <= 0; --n) {
    turns_.front().credit += quantum;
    turns_.splice(turns_.end(), turns_, turns_.begin());
  }
  if (turns_.front().credit <= 0) {
    // All have large debts: as many rounds as it takes go by at once.
    auto best = turns_.front().credit;
    for (const auto& x : turns_)
      best = std::max(best, x.credit);
    for (auto& x : turns_)
      x.credit += quantum - best;
    while (turns_.front().credit <= 0)
      turns_.splice(turns_.end(), turns_, turns_.begin());
  }
  const auto& x = turns_.front();
  return &x.line[x.passed];
}

void fair_line::drop() {
  auto& x = turns_.front();
  if (++x.passed == x.line.size()) {
    by_name_.erase(x.name);
    turns_.pop_front();
    return;
  }
  if (x.passed >= most_passed && x.passed * 2 >= x.line.size()) {
    x.line.erase(x.line.begin(),
                 x.line.begin() + static_cast<std::ptrdiff_t>(x.passed));
    x.passed = 0;
  }
}

void fair_line::take(std::uint64_t octets) {
  turns_.front().credit
    -= 1 + static_cast<std::int64_t>(octets / octets_per_credit);
  drop();
}

} // namespace stagepost::queue
