#include "net/event_stream.hpp"

#include <utility>

namespace stagepost::net {

event_stream::event_stream(std::size_t limit, std::string farewell)
  : farewell_(std::move(farewell)), limit_(limit) {
}

bool event_stream::push(std::string_view piece) {
  std::function<void()> tell;
  {
    std::lock_guard lock{mutex_};
    if (ended_)
      return false;
    if (waiting_.empty())
      tell = news_;
    if (waiting_.size() + piece.size() > limit_) {
      waiting_ += farewell_; // whole pieces before it, so that it stands alone
      ended_ = true;
    } else {
      waiting_ += piece;
    }
  }
  if (tell)
    tell();
  return true;
}

void event_stream::end() {
  std::function<void()> tell;
  {
    std::lock_guard lock{mutex_};
    ended_ = true;
    tell = news_;
  }
  if (tell)
    tell();
}

void event_stream::listen(std::function<void()> news) {
  std::lock_guard lock{mutex_};
  news_ = std::move(news);
}

std::string event_stream::take() {
  std::lock_guard lock{mutex_};
  return std::exchange(waiting_, {});
}

bool event_stream::ended() const {
  std::lock_guard lock{mutex_};
  return ended_;
}

bool event_stream::over() const {
  std::lock_guard lock{mutex_};
  return ended_ && waiting_.empty();
}

void event_stream::abandon() {
  std::lock_guard lock{mutex_};
  ended_ = true;
  news_ = nullptr;
  waiting_.clear();
}

} // namespace stagepost::net
