#include "mail/queue/concurrency.hpp"

#include <algorithm>

namespace stagepost::queue {

namespace {

constexpr std::uint32_t most_patience = 64;

} // namespace

std::uint32_t concurrency::allowed() const noexcept {
  return most_ == 0 ? window_ : std::min(window_, most_);
}

void concurrency::succeeded(std::uint32_t busy) noexcept {
  const auto now = allowed();
  // What is not made use of proves nothing of what more would do.
  if (busy < now || (most_ != 0 && window_ >= most_))
    return;
  if (patience_ != 0 && ++successes_ < window_ * patience_)
    return;
  successes_ = 0;
  ++window_;
}

void concurrency::refused(std::uint32_t others) noexcept {
  successes_ = 0;
  patience_ = others == 0 ? 0 : std::clamp(patience_ * 2, 1U, most_patience);
  window_
    = others == 0 ? initial : std::max(1U, std::min(allowed() - 1, others));
}

} // namespace stagepost::queue
