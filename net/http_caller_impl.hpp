#pragma once

#include "net/connection.hpp"
#include "net/http_answer_reader.hpp"
#include "net/http_caller.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace stagepost::net {

/// What a caller is inside: it dials, secures the connection, sends, and hears,
/// one after the other but for the last two.
class http_caller::impl : public std::enable_shared_from_this<impl> {
public:
  using error_code = boost::system::error_code;
  using time_point = std::chrono::steady_clock::time_point;

  impl(boost::asio::io_context& loop, std::shared_ptr<counter> open)
    : loop_(loop), open_(std::move(open)) {
  }
  impl(const impl&) = delete;
  impl& operator=(const impl&) = delete;
  ~impl() {
    hang_up();
  }

  void call(http_call what, std::function<void(http_answer)> done);
  [[nodiscard]] bool holds(const http_peer& x) const noexcept {
    return peer_ && !done_ && x == kept_for_;
  }
  /// The owner has let go.
  void forget() {
    done_ = nullptr;
    hang_up();
  }

private:
  void dial_next(const std::string& why);
  void on_dialed(std::shared_ptr<connection> peer, error_code ec);
  void on_secured(error_code ec);
  void ask();
  void send_on();
  bool fill(std::string& out);
  void on_input();
  void on_closed(error_code why);
  [[nodiscard]] bool crossed() const;
  void conclude();
  void fail(std::string why, bool stale = false);
  void give_up(std::string why);
  void not_reached(std::string why);
  void finish(http_answer x);
  void hang_up();

  [[nodiscard]] std::string time_is_over() const {
    using std::chrono::milliseconds;
    const auto ms
      = std::chrono::duration_cast<milliseconds>(what_.time_limit).count();
    return "no answer within " + std::to_string((ms + 999) / 1000) + " s";
  }

  /// What hears of us no more once we are gone, or when another call is on.
  template <class F>
  auto later(F f) {
    return [weak = weak_from_this(), call = calls_, f](auto... xs) {
      if (auto self = weak.lock(); self && self->calls_ == call)
        f(*self, std::move(xs)...);
    };
  }

  boost::asio::io_context& loop_;
  std::shared_ptr<counter> open_;
  http_call what_;
  std::function<void(http_answer)> done_;
  std::uint64_t calls_ = 0;
  time_point end_;
  std::size_t next_ = 0; ///< Address to try.
  std::shared_ptr<connection> peer_;
  http_peer kept_for_;     ///< Whose connection it is.
  bool secured_ = false;   ///< Or in clear: requests may go.
  bool reused_ = false;    ///< It had a call before this one.
  bool asked_ = false;     ///< Of this call something was sent.
  std::uint64_t left_ = 0; ///< Octets of the body that are not read yet.
  std::optional<http_answer_reader> answer_;
};

} // namespace stagepost::net
