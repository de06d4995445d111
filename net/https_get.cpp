#include "net/https_get.hpp"

#include "mail/ascii.hpp"
#include "net/connection.hpp"
#include "net/dialer.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <utility>

namespace stagepost::net {

namespace asio = boost::asio;
namespace http = boost::beast::http;

namespace {

using error_code = boost::system::error_code;

/// One fetch. Its timer, and the dialer while it dials, keep it alive.
class fetch : public std::enable_shared_from_this<fetch> {
public:
  fetch(asio::io_context& loop, std::shared_ptr<tls_context> context,
        https_file what, std::function<void(https_answer)> done)
    : loop_(loop), timer_(loop), context_(std::move(context)),
      what_(std::move(what)), done_(std::move(done)) {
    answer_.body_limit(what_.most_octets);
    answer_.eager(true);
  }

  void start() {
    timer_.expires_after(what_.time_limit);
    timer_.async_wait([self = shared_from_this()](error_code ec) {
      if (!ec)
        self->end({{},
                   "it took longer than "
                     + std::to_string(self->what_.time_limit.count()) + " s"});
    });
    dial_next("it has no address");
  }

private:
  void dial_next(const std::string& why) {
    if (next_ == what_.addresses.size())
      return asio::post(loop_, [self = shared_from_this(), why] {
        self->end({{}, why});
      });
    dial(loop_, what_.addresses[next_++], what_.port, {}, what_.time_limit,
         [self = shared_from_this()](auto peer, error_code ec) {
           if (!self->done_)
             return;
           if (!peer)
             return self->dial_next("can't connect: " + ec.message());
           self->on_connected(std::move(peer));
         });
  }

  void on_connected(std::shared_ptr<connection> peer) {
    peer_ = std::move(peer);
    peer_->listen({[weak = weak_from_this()] {
                     if (auto self = weak.lock())
                       self->on_input();
                   },
                   nullptr, nullptr,
                   [weak = weak_from_this()](error_code ec) {
                     if (auto self = weak.lock())
                       self->on_closed(ec);
                   }});
    peer_->connect_tls(context_,
                       tls_peer{what_.host, tls_peer::check::authorities},
                       [weak = weak_from_this()](error_code ec) {
                         if (auto self = weak.lock())
                           self->on_secured(ec);
                       });
  }

  void on_secured(error_code ec) {
    if (ec) {
      const auto refusal = peer_->tls_refusal();
      return end(
        {{}, "TLS failed: " + (refusal.empty() ? ec.message() : refusal)});
    }
    peer_->write("GET " + what_.path + " HTTP/1.1\r\nHost: " + what_.host
                 + "\r\nUser-Agent: Stagepost\r\nAccept: text/plain\r\n"
                   "Connection: close\r\n\r\n");
    peer_->want_input();
  }

  void on_input() {
    unparsed_ += peer_->read();
    error_code ec;
    std::size_t taken = 1;
    while (!ec && taken != 0 && !unparsed_.empty() && !answer_.is_done()) {
      taken = answer_.put(asio::buffer(unparsed_), ec);
      unparsed_.erase(0, taken);
    }
    if (ec && ec != http::error::need_more)
      return end({{}, "no HTTP answer: " + ec.message()});
    if (answer_.is_done() || is_refused())
      return conclude();
    peer_->want_input();
  }

  void on_closed(error_code why) {
    error_code ec;
    if (!why && answer_.is_header_done())
      answer_.put_eof(ec); // the end of the connection may be that of the text
    // Without TLS's goodbye somebody may have cut it short.
    if (!why && !ec && answer_.is_done())
      return conclude();
    end({{}, "the connection ended amid the answer"});
  }

  /// Then nobody waits for the rest.
  [[nodiscard]] bool is_refused() const {
    return answer_.is_header_done() && answer_.get().result_int() != 200;
  }

  void conclude() {
    const auto& x = answer_.get();
    if (x.result_int() != 200)
      return end({{}, "the answer is " + std::to_string(x.result_int())});
    const std::string_view type{x[http::field::content_type].data(),
                                x[http::field::content_type].size()};
    if (!iequals(type.substr(0, type.find_first_of("; \t")), "text/plain"))
      return end({{}, "the answer is no text/plain"});
    end({answer_.get().body(), {}});
  }

  void end(https_answer x) {
    if (peer_)
      std::exchange(peer_, nullptr)->abort();
    timer_.cancel();
    if (auto done = std::exchange(done_, nullptr))
      done(std::move(x));
  }

  asio::io_context& loop_;
  asio::steady_timer timer_;
  std::shared_ptr<tls_context> context_;
  https_file what_;
  std::function<void(https_answer)> done_;
  std::size_t next_ = 0; ///< Address to try.
  std::shared_ptr<connection> peer_;
  std::string unparsed_;
  http::response_parser<http::string_body> answer_;
};

} // namespace

void https_get(asio::io_context& loop, std::shared_ptr<tls_context> context,
               https_file what, std::function<void(https_answer)> done) {
  std::make_shared<fetch>(loop, std::move(context), std::move(what),
                          std::move(done))
    ->start();
}

} // namespace stagepost::net
