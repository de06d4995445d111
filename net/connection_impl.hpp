#pragma once

#include "net/connection.hpp"
#include "net/outbox.hpp"
#include "net/tls_stream.hpp"

#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

namespace stagepost::net {

/// What a connection is inside. Three things call into it: the owner (whose
/// calls must not run events), the socket and the timer (steps, which may).
/// An owner's call that has something to tell schedules a `turn`.
struct connection::impl {
  using error_code = boost::system::error_code;
  using timer = boost::asio::basic_waitable_timer<
    std::chrono::steady_clock,
    boost::asio::wait_traits<std::chrono::steady_clock>,
    boost::asio::io_context::executor_type>;
  using time_point = std::chrono::steady_clock::time_point;

  enum class phase : std::uint8_t {
    open,
    greeting_tls, ///< Between accept_tls or connect_tls and its `done`.
    finishing,    ///< `finish` was called, output is still leaving.
    lingering,    ///< Our side is shut; the peer may still have to notice.
    over
  };

  /// What `make` makes, in one piece with its counter.
  struct whole : connection {
    explicit whole(socket s) : connection(std::move(s)) {
    }
  };

  /// A step holds the connection weakly: an owner that lets go ends it.
  template <void (impl::*Go)(error_code)>
  struct step {
    std::weak_ptr<connection> to;
    void operator()(error_code ec = {}) const {
      if (auto alive = to.lock())
        ((*alive->impl_).*Go)(ec);
    }
  };

  /// Finishing goes on without an owner: its timer keeps it alive.
  struct last_step {
    std::shared_ptr<connection> to;
    void operator()(error_code ec) const {
      auto alive = to;
      alive->impl_->on_timer(ec);
    }
  };

  impl(connection& self, socket s);

  // What the owner asks for.
  void want_input();
  std::string_view read();
  void unread(std::string octets);
  [[nodiscard]] std::size_t available() noexcept;
  void write(std::string octets);
  void drop_input();
  void start_tls(std::shared_ptr<tls_context> context, tls_stream::side which,
                 const tls_peer& peer, std::function<void(error_code)> done);
  void finish();
  void abort();
  void set_deadline(time_point when);

  // Steps of the loop.
  void on_readable(error_code ec);
  void on_writable(error_code ec);
  void on_turn(error_code ec);
  void on_timer(error_code ec);

  // Between them.
  [[nodiscard]] bool usable() const noexcept;
  /// Whether anybody but the step that runs still holds the connection.
  [[nodiscard]] bool owned() const noexcept;
  /// Whether `read` may find something without input from the socket.
  [[nodiscard]] bool buffered() const noexcept;
  std::string_view read_unread();
  void wait_for_input();
  void wait_for_output();
  void wait_for(tls_stream::need what);
  void schedule_turn();
  void arm_timer();
  void shake_hands();
  /// Sends what it can. @returns The octets of `data` that have gone.
  std::size_t push(std::string_view data);
  std::size_t push_plain(std::string_view data);
  void flush();
  void flush_on();
  void tell_drained();
  void wind_down();
  void drain_peer();
  /// From within an owner's call: the connection ends in the next turn.
  void fail(error_code why);
  /// Likewise, but if the owner wants input only once there is none left.
  void fail_output(error_code why);
  /// From within a step only: closes and tells the owner.
  void end(error_code why);
  void tell_closed(error_code why);
  void close();

  /// Runs an event; it may well end the connection, so look at `phase_` after.
  template <class F, class... Ts>
  void tell(const F& event, Ts... xs) {
    if (!event || !owned())
      return;
    ++telling_;
    event(xs...);
    --telling_;
    if (phase_ == phase::over)
      forget_events();
  }
  void forget_events();

  connection& self_;
  socket socket_;
  const boost::asio::ip::tcp::endpoint remote_;
  const boost::asio::ip::tcp::endpoint local_;
  events events_;
  outbox unsent_;
  std::size_t left_behind_ = 0;         ///< Can never be sent any more.
  std::unique_ptr<std::string> unread_; ///< nullptr when there is nothing.
  /// While greeting: how much of `unsent_` was written before, in clear.
  std::size_t clear_ = 0;
  std::unique_ptr<tls_stream> tls_;
  /// While greeting: who waits for the handshake.
  std::unique_ptr<std::function<void(error_code)>> tls_done_;
  std::optional<timer> timer_;
  time_point deadline_ = time_point::max();
  time_point armed_ = time_point::max(); ///< When the timer will fire.
  error_code failure_;
  phase phase_ = phase::open;
  std::uint8_t telling_ = 0;
  bool kept_ = false; ///< A `last_step` owns us.
  bool failed_ = false;
  bool output_failed_ = false; ///< `failure_` says how; input may be left.
  bool input_wanted_ = false;
  bool drained_wanted_ = false;
  bool output_needs_input_ = false; ///< TLS can't write before it reads.
  bool input_needs_output_ = false; ///< TLS can't read before it writes.
  bool turn_pending_ = false;
  bool input_pending_ = false;  ///< A wait is under way, at most one each.
  bool output_pending_ = false; ///< Likewise.
};

} // namespace stagepost::net
