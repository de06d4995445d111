#include "mail/outlet/circuit_breaker.hpp"

#include <algorithm>

namespace stagepost::outlet {

bool circuit_breaker::may_go(time_point now) noexcept {
  if (turns_away(now))
    return false;
  probing_ = open_;
  return true;
}

bool circuit_breaker::turns_away(time_point now) const noexcept {
  return open_ && (probing_ || now < next_probe_);
}

circuit_breaker::change circuit_breaker::answered() noexcept {
  const bool was_open = open_;
  *this = {};
  return was_open ? change::closed : change::none;
}

circuit_breaker::change circuit_breaker::failed(time_point now,
                                                bool probe) noexcept {
  if (open_) {
    if (probe) {
      probing_ = false;
      wait_ = std::min(2 * wait_, longest_wait);
      next_probe_ = now + wait_;
    }
    return change::none;
  }
  if (++failures_ < most_failures)
    return change::none;
  open_ = true;
  next_probe_ = now + wait_;
  return change::opened;
}

void circuit_breaker::unasked(bool probe) noexcept {
  if (probe)
    probing_ = false;
}

} // namespace stagepost::outlet
