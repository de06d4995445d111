#include "net/http_caller.hpp"

#include "net/http_caller_impl.hpp"

#include <boost/asio/error.hpp>

#include <algorithm>
#include <exception>
#include <utility>

namespace stagepost::net {

namespace asio = boost::asio;

namespace {

constexpr std::size_t piece = 64U << 10U;
constexpr const char* spoke_unasked = "it spoke before it was asked";

} // namespace

void http_caller::impl::ask() {
  if (!done_) // it ended since
    return;
  if (!peer_) // it was closed since
    return fail("the connection ended without an answer", reused_);
  // What was said before can be no answer.
  if (reused_ && peer_->available() > 0)
    return fail(spoke_unasked, true);
  asked_ = true;
  secured_ = true;
  peer_->deadline(end_);
  auto first = header_of(what_);
  left_ = 0;
  if (what_.body) {
    what_.body->rewind();
    left_ = what_.body->size();
  }
  if (!fill(first))
    return;
  peer_->want_input();
  peer_->write(std::move(first));
  if (left_ > 0)
    peer_->want_drained();
}

void http_caller::impl::send_on() {
  if (!done_ || left_ == 0)
    return;
  std::string next;
  if (!fill(next))
    return;
  peer_->write(std::move(next));
  if (left_ > 0)
    peer_->want_drained();
  else if (answer_->whole())
    conclude();
}

/// Adds the next piece of the body. @returns false if that ended the call.
bool http_caller::impl::fill(std::string& out) {
  const auto most
    = static_cast<std::size_t>(std::min<std::uint64_t>(left_, piece));
  const auto begin = out.size();
  out.resize(begin + most);
  std::size_t got = 0;
  try {
    while (got < most) {
      const auto n = what_.body->read({out.data() + begin + got, most - got});
      if (n == 0)
        break;
      got += n;
    }
  } catch (const std::exception& x) {
    give_up(std::string("can't read what is to be sent: ") + x.what());
    return false;
  }
  left_ -= got;
  if (got < most)
    give_up("what is to be sent is shorter than it was");
  return got == most;
}

void http_caller::impl::on_input() {
  if (!done_ || !asked_) { // nothing is to come: it is closed, or no good
    if (peer_->read().empty())
      return peer_->want_input();
    return done_ ? fail(spoke_unasked, reused_) : hang_up();
  }
  answer_->take(peer_->read());
  if (!answer_->why().empty())
    return fail(answer_->why());
  if (answer_->whole() && (left_ == 0 || answer_->status() / 100 != 2))
    return conclude();
  peer_->want_input();
}

void http_caller::impl::on_closed(error_code why) {
  const bool idle = !done_;
  const bool shaking_hands = !idle && !secured_;
  if (shaking_hands)
    return dial_next(why == asio::error::timed_out
                       ? "TLS failed: it took too long"
                       : "TLS failed: " + why.message());
  hang_up();
  if (idle)
    return;
  if (why == asio::error::timed_out)
    return fail(time_is_over());
  // Without TLS's goodbye somebody may have cut an answer short.
  const bool cut = why && !answer_->whole();
  if (!cut)
    answer_->end();
  if (answer_->whole() && (left_ == 0 || crossed()))
    return conclude();
  if (answer_->whole())
    return fail("it answered " + std::to_string(answer_->status())
                + " before it had everything");
  fail(cut && answer_->begun() ? "the connection ended amid the answer"
       : cut                   ? "the connection ended without an answer"
                               : answer_->why(),
       reused_ && !answer_->begun());
}

/// A server that closes an idle connection may say so as it does, while our
/// request is on its way (RFC 9110, 15.5.9): that is no answer to it.
bool http_caller::impl::crossed() const {
  return reused_ && answer_->status() == 408 && !answer_->keeps_alive();
}

void http_caller::impl::conclude() {
  if (crossed())
    return fail("the connection was given up as idle", true);
  if (left_ > 0 || !answer_->keeps_alive() || !what_.keep_alive) {
    hang_up();
  } else if (peer_) {
    peer_->deadline(time_point::max());
    peer_->want_input(); // to hear of its end
  }
  finish({answer_->status(),
          answer_->content_type(),
          answer_->body(),
          {},
          false,
          false});
}

void http_caller::impl::fail(std::string why, bool stale) {
  hang_up();
  finish({0, {}, {}, std::move(why), stale, false, false});
}

void http_caller::impl::give_up(std::string why) {
  hang_up();
  finish({0, {}, {}, std::move(why), false, true, false});
}

void http_caller::impl::not_reached(std::string why) {
  hang_up();
  finish({0, {}, {}, std::move(why), false, false, true});
}

void http_caller::impl::finish(http_answer x) {
  what_ = {};
  answer_.reset();
  if (auto done = std::exchange(done_, nullptr))
    done(std::move(x));
}

http_caller::http_caller(asio::io_context& loop, std::shared_ptr<counter> open)
  : impl_(std::make_shared<impl>(loop, std::move(open))) {
}

http_caller::~http_caller() {
  impl_->forget();
}

void http_caller::call(http_call what, std::function<void(http_answer)> done) {
  impl_->call(std::move(what), std::move(done));
}

bool http_caller::holds(const http_peer& x) const noexcept {
  return impl_->holds(x);
}

} // namespace stagepost::net
