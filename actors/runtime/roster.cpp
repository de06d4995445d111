#include "actors/runtime/roster.hpp"

#include <algorithm>
#include <utility>

namespace stagepost {

roster::roster() {
  ends_.next_ = ends_.previous_ = &ends_;
}

roster::~roster() = default;

void roster::join(actor_record& x) {
  const std::lock_guard lock{mutex_};
  x.next_ = &ends_;
  x.previous_ = ends_.previous_;
  ends_.previous_->next_ = &x;
  ends_.previous_ = &x;
  ++size_;
}

void roster::leave(actor_record& x) {
  const std::lock_guard lock{mutex_};
  if (x.next_ == nullptr)
    return;
  x.previous_->next_ = x.next_;
  x.next_->previous_ = x.previous_;
  x.next_ = x.previous_ = nullptr;
  --size_;
}

void roster::died(const std::string& path, const std::string& why,
                  bool restarts) {
  const std::lock_guard lock{mutex_};
  auto& place = places_[path];
  place.last_error = why;
  place.last_death = std::chrono::system_clock::now();
  place.waiting = restarts;
}

void roster::restarted(const std::string& path) {
  const std::lock_guard lock{mutex_};
  auto& place = places_[path];
  ++place.restarts;
  place.waiting = false;
}

std::vector<roster::reading> roster::read(std::size_t limit) const {
  std::vector<reading> out;
  const std::lock_guard lock{mutex_};
  for (const auto* x = ends_.next_; x != &ends_ && out.size() < limit;
       x = x->next_) {
    auto& y = out.emplace_back();
    y.path = x->path;
    y.kind = x->kind;
    y.state = "running";
    y.started = x->started;
    y.handled = x->handled;
    const auto received = x->received.load();
    y.waiting = received > y.handled ? received - y.handled : 0;
    y.busy = std::chrono::nanoseconds{x->busy_ns.load()};
    if (auto i = places_.find(x->path); i != places_.end())
      y.past = i->second;
  }
  for (const auto& [path, past] : places_)
    if (past.waiting)
      out.push_back({path, "", "restarting", past.last_death, past, 0, 0, {}});
  std::sort(out.begin(), out.end(),
            [](auto& a, auto& b) { return a.path < b.path; });
  return out;
}

std::size_t roster::size() const {
  const std::lock_guard lock{mutex_};
  return size_;
}

std::uint64_t roster::restarts() const {
  const std::lock_guard lock{mutex_};
  std::uint64_t sum = 0;
  for (const auto& [path, past] : places_)
    sum += past.restarts;
  return sum;
}

caf::strong_actor_ptr roster::find(std::string_view path) const {
  const std::lock_guard lock{mutex_};
  for (const auto* x = ends_.next_; x != &ends_; x = x->next_)
    if (x->path == path)
      return x->who.lock();
  return nullptr;
}

} // namespace stagepost
