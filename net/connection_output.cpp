#include "net/connection_impl.hpp"

#include <algorithm>
#include <cerrno>
#include <sys/socket.h>
#include <utility>

namespace stagepost::net {

void connection::impl::write(std::string octets) {
  if (octets.empty())
    return; // TLS has no record for nothing
  if (!usable() || output_failed_) {
    left_behind_ += octets.size();
    return;
  }
  std::size_t gone = 0;
  if (unsent_.empty() && phase_ == phase::open) {
    gone = push(octets);
    if (gone == octets.size())
      return;
    if (failed_ || output_failed_) {
      left_behind_ += octets.size() - gone;
      return;
    }
  }
  unsent_.append(std::move(octets), gone);
  if (phase_ == phase::open && !output_needs_input_)
    wait_for_output();
}

std::size_t connection::impl::push(std::string_view data) {
  if (!tls_ || clear_ > 0)
    return push_plain(data);
  auto got = tls_->write(data.data(), data.size());
  if (got.error)
    fail_output(got.error);
  else if (got.ended)
    fail({});
  // Rare, so that the wait for output, which will find nothing to do, is
  // cheaper than a case of its own.
  output_needs_input_ = got.waits_for == tls_stream::need::input;
  if (output_needs_input_)
    wait_for_input();
  return got.octets;
}

std::size_t connection::impl::push_plain(std::string_view data) {
  std::size_t gone = 0;
  while (gone < data.size()) {
    auto n = ::send(socket_.native_handle(), data.data() + gone,
                    data.size() - gone, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n >= 0) {
      gone += static_cast<std::size_t>(n);
      continue;
    }
    if (errno == EINTR)
      continue;
    if (errno != EAGAIN && errno != EWOULDBLOCK)
      fail_output({errno, boost::system::system_category()});
    break;
  }
  return gone;
}

void connection::impl::fail_output(error_code why) {
  // A peer that says why and leaves while we still send: what it said has
  // arrived, and who wants it gets it.
  if (phase_ != phase::open || !input_wanted_)
    return fail(why);
  output_failed_ = true;
  failure_ = why;
  wait_for_input();
}

void connection::impl::flush() {
  if (output_needs_input_ || output_failed_)
    return;
  while (!unsent_.empty() && !failed_) {
    auto part = unsent_.view();
    if (clear_ > 0)
      part = part.substr(0, clear_);
    auto gone = push(part);
    unsent_.consume(gone);
    clear_ -= std::min(clear_, gone);
    if (gone < part.size())
      return failed_ || output_failed_ || output_needs_input_
               ? void()
               : wait_for_output();
    if (phase_ == phase::greeting_tls)
      return clear_ == 0 ? shake_hands() : void();
  }
}

void connection::impl::flush_on() {
  flush();
  if (failed_)
    return;
  if (phase_ == phase::finishing)
    return unsent_.empty() ? wind_down() : void();
  tell_drained();
}

void connection::impl::on_writable(error_code ec) {
  output_pending_ = false;
  if (phase_ == phase::over)
    return;
  if (ec || failed_)
    return end(failed_ ? failure_ : ec);
  if (phase_ == phase::greeting_tls && clear_ == 0)
    return shake_hands();
  flush_on();
  if (phase_ == phase::open && !failed_
      && std::exchange(input_needs_output_, false)
      && std::exchange(input_wanted_, false))
    tell(events_.readable);
}

void connection::impl::tell_drained() {
  if (phase_ == phase::open && !output_failed_ && drained_wanted_
      && unsent_.empty()) {
    drained_wanted_ = false;
    tell(events_.drained);
  }
}

} // namespace stagepost::net
