#include "net/dialer.hpp"
#include "net/http_caller_impl.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <cassert>
#include <utility>

namespace stagepost::net {

namespace asio = boost::asio;

void http_caller::impl::call(http_call what,
                             std::function<void(http_answer)> done) {
  assert(!done_);
  const bool kept = holds(what.peer);
  what_ = std::move(what);
  done_ = std::move(done);
  ++calls_;
  next_ = 0;
  end_ = std::chrono::steady_clock::now() + what_.time_limit;
  reused_ = kept;
  asked_ = false;
  answer_.emplace(what_.most_header, what_.most_body);
  if (kept)
    return asio::post(loop_, later([](impl& self) { self.ask(); }));
  hang_up();
  dial_next("it has no address");
}

void http_caller::impl::dial_next(const std::string& why) {
  hang_up();
  const auto left = end_ - std::chrono::steady_clock::now();
  if (next_ == what_.addresses.size() || left <= left.zero())
    return asio::post(loop_,
                      later([why](impl& self) { self.not_reached(why); }));
  dial(loop_, what_.addresses[next_++], what_.peer.port, {},
       std::min<std::chrono::steady_clock::duration>(what_.connect_limit, left),
       later([](impl& self, std::shared_ptr<connection> peer, error_code ec) {
         self.on_dialed(std::move(peer), ec);
       }));
}

void http_caller::impl::on_dialed(std::shared_ptr<connection> peer,
                                  error_code ec) {
  if (!peer)
    return dial_next("can't connect: " + ec.message());
  peer_ = std::move(peer);
  kept_for_ = what_.peer;
  secured_ = false;
  if (open_)
    open_->fetch_add(1);
  const auto weak = weak_from_this();
  peer_->listen({.readable =
                   [weak] {
                     if (auto self = weak.lock())
                       self->on_input();
                   },
                 .drained =
                   [weak] {
                     if (auto self = weak.lock())
                       self->send_on();
                   },
                 .closed =
                   [weak](error_code why) {
                     if (auto self = weak.lock())
                       self->on_closed(why);
                   }});
  if (!what_.peer.tls)
    return ask();
  peer_->deadline(
    std::min(end_, std::chrono::steady_clock::now() + what_.connect_limit));
  peer_->connect_tls(
    what_.peer.tls, tls_peer{what_.peer.host, tls_peer::check::authorities},
    later([](impl& self, error_code why) { self.on_secured(why); }));
}

void http_caller::impl::on_secured(error_code ec) {
  if (!ec)
    return ask();
  const auto refusal = peer_->tls_refusal();
  dial_next("TLS failed: " + (refusal.empty() ? ec.message() : refusal));
}

void http_caller::impl::hang_up() {
  auto peer = std::exchange(peer_, nullptr);
  if (!peer)
    return;
  peer->abort();
  if (open_)
    open_->fetch_sub(1);
}

} // namespace stagepost::net
