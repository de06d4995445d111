#include "net/connection_impl.hpp"

namespace stagepost::net {

void connection::impl::set_deadline(time_point when) {
  deadline_ = when;
  // A timer that fires too early is set anew then, once.
  if (when < armed_)
    arm_timer();
}

void connection::impl::arm_timer() {
  if (!timer_)
    timer_.emplace(socket_.get_executor());
  armed_ = deadline_;
  timer_->expires_at(armed_);
  if (kept_)
    timer_->async_wait(last_step{self_.shared_from_this()});
  else
    timer_->async_wait(step<&impl::on_timer>{self_.weak_from_this()});
}

void connection::impl::on_timer(error_code ec) {
  auto now = std::chrono::steady_clock::now();
  // A wait that was replaced may have been on its way here already.
  if (ec || phase_ == phase::over || now < armed_)
    return;
  armed_ = time_point::max();
  if (now >= deadline_ && usable() && events_.expired && owned()) {
    // Once for each deadline: no other comes unless the owner sets one.
    deadline_ = time_point::max();
    const auto expired = events_.expired; // it may outlive us
    expired();
  } else if (now >= deadline_)
    end(boost::asio::error::timed_out);
  else if (deadline_ != time_point::max())
    arm_timer();
}

} // namespace stagepost::net
