#include "net/connection_impl.hpp"

#include "net/tls_context.hpp"

#include <boost/asio/post.hpp>

#include <sys/socket.h>
#include <utility>

namespace stagepost::net {

namespace asio = boost::asio;

namespace {

constexpr auto longest_finish = std::chrono::seconds{5};

// The peer may be gone already: then the first read will say so.
asio::ip::tcp::endpoint remote_of(const connection::socket& s) {
  boost::system::error_code ignored;
  return s.remote_endpoint(ignored);
}

asio::ip::tcp::endpoint local_of(const connection::socket& s) {
  boost::system::error_code ignored;
  return s.local_endpoint(ignored);
}

} // namespace

connection::impl::impl(connection& self, socket s)
  : self_(self), socket_(std::move(s)), remote_(remote_of(socket_)),
    local_(local_of(socket_)) {
}

bool connection::impl::usable() const noexcept {
  return !failed_ && (phase_ == phase::open || phase_ == phase::greeting_tls);
}

bool connection::impl::owned() const noexcept {
  return self_.weak_from_this().use_count() > (kept_ ? 2 : 1);
}

// -- waiting ------------------------------------------------------------------

void connection::impl::wait_for_input() {
  if (!std::exchange(input_pending_, true))
    socket_.async_wait(socket::wait_read,
                       step<&impl::on_readable>{self_.weak_from_this()});
}

void connection::impl::wait_for_output() {
  if (!std::exchange(output_pending_, true))
    socket_.async_wait(socket::wait_write,
                       step<&impl::on_writable>{self_.weak_from_this()});
}

void connection::impl::wait_for(tls_stream::need what) {
  if (what == tls_stream::need::input)
    wait_for_input();
  else if (what == tls_stream::need::output)
    wait_for_output();
}

void connection::impl::schedule_turn() {
  if (!std::exchange(turn_pending_, true))
    asio::post(socket_.get_executor(),
               step<&impl::on_turn>{self_.weak_from_this()});
}

// -- TLS ----------------------------------------------------------------------

void connection::impl::start_tls(std::shared_ptr<tls_context> context,
                                 tls_stream::side which, const tls_peer& peer,
                                 std::function<void(error_code)> done) {
  if (!usable() || tls_)
    return;
  const auto early = std::exchange(unread_, nullptr);
  tls_ = std::make_unique<tls_stream>(*context, socket_.native_handle(), which,
                                      peer, early ? std::move(*early) : "");
  tls_done_
    = std::make_unique<std::function<void(error_code)>>(std::move(done));
  phase_ = phase::greeting_tls;
  clear_ = unsent_.size();
  if (clear_ == 0)
    schedule_turn();
}

void connection::impl::shake_hands() {
  auto got = tls_->shake_hands();
  if (got.ended)
    got.error = asio::error::eof;
  if (!got.error && got.waits_for != tls_stream::need::nothing)
    return wait_for(got.waits_for);
  phase_ = phase::open;
  auto done = std::exchange(tls_done_, nullptr);
  if (got.error)
    failed_ = true;
  failure_ = got.error;
  tell(*done, got.error);
  if (phase_ == phase::over)
    return;
  if (failed_)
    return end(failure_);
  if (!unsent_.empty())
    flush();
  if (input_wanted_)
    want_input();
}

// -- the end ------------------------------------------------------------------

void connection::impl::fail(error_code why) {
  if (std::exchange(failed_, true))
    return;
  if (!output_failed_)
    failure_ = why;
  schedule_turn();
}

void connection::impl::on_turn(error_code) {
  turn_pending_ = false;
  if (phase_ == phase::over)
    return;
  if (failed_)
    return end(failure_);
  if (phase_ == phase::finishing)
    return unsent_.empty() ? wind_down() : void();
  if (phase_ == phase::greeting_tls && clear_ == 0)
    return shake_hands();
  tell_drained();
  if (phase_ == phase::open && !failed_ && input_wanted_ && buffered()) {
    input_wanted_ = false;
    tell(events_.readable);
  }
}

void connection::impl::finish() {
  if (!usable())
    return;
  if (output_failed_)
    return fail(failure_);
  if (phase_ == phase::greeting_tls) {
    // Nobody to say goodbye to yet, and nothing secret may leave in clear.
    tls_.reset();
    tls_done_.reset();
    unsent_.truncate(clear_);
  }
  phase_ = phase::finishing;
  input_wanted_ = drained_wanted_ = false;
  kept_ = true;
  deadline_ = std::chrono::steady_clock::now() + longest_finish;
  arm_timer();
  if (unsent_.empty())
    schedule_turn();
  else if (!output_needs_input_)
    wait_for_output();
}

void connection::impl::wind_down() {
  if (tls_) {
    auto got = tls_->close();
    if (got.waits_for == tls_stream::need::output)
      return wait_for_output();
  }
  ::shutdown(socket_.native_handle(), SHUT_WR);
  phase_ = phase::lingering;
  // Closing while the peer still sends would reset the connection, and the
  // reset overtakes our last words.
  wait_for_input();
  tell_closed({});
}

void connection::impl::end(error_code why) {
  // The peer shut its side in order and may still be listening.
  if (!why && phase_ == phase::open && !unsent_.empty()) {
    failed_ = false;
    finish();
    return tell_closed(why);
  }
  close();
  tell_closed(why);
}

void connection::impl::tell_closed(error_code why) {
  auto closed = std::exchange(events_.closed, nullptr);
  forget_events();
  if (closed && owned())
    closed(why);
}

void connection::impl::forget_events() {
  // They may own the one who is being told, or hold on to our owner.
  if (telling_ == 0)
    events_ = {};
}

void connection::impl::close() {
  phase_ = phase::over;
  error_code ignored;
  socket_.close(ignored);
  tls_.reset();
  unread_.reset();
  left_behind_ += unsent_.size();
  unsent_.clear();
  timer_.reset();
}

void connection::impl::abort() {
  if (phase_ != phase::over)
    close();
  tls_done_.reset();
  forget_events();
}

} // namespace stagepost::net
