#pragma once

#include "mail/content.hpp"
#include "mail/outlet/program_dialogue.hpp"
#include "net/program.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace stagepost {

/// A program that takes one mail after the other, each as a line with its
/// envelope and then the message, and answers each with a line; see
/// docs/command-outlet.md. Letting go kills it. Belongs to the loop's thread.
class standing_program {
public:
  using duration = std::chrono::steady_clock::duration;

  struct listener {
    /// What became of the mail. The program may take another one, unless it is
    /// `ending()`.
    std::function<void(outlet::verdict)> told;
    /// It does not run any more. The program may be let go from here.
    std::function<void()> gone;
  };

  /// @param outlet  Its name, for the log.
  standing_program(boost::asio::io_context& loop, const net::program& order,
                   std::string outlet, listener who);
  standing_program(const standing_program&) = delete;
  standing_program& operator=(const standing_program&) = delete;

  /// Gives it a mail; it has no other and is not `ending()`.
  /// @param limit  For all of it; then the program is ended.
  void take(std::string id, std::string envelope, content_ptr body,
            duration limit);

  /// It is not needed any more: it hears the end of its input, and is ended if
  /// it has not done so itself after a while. It has no mail.
  void retire();

  /// Nothing is sent to it, after so long: it retires.
  void rest(duration limit);

  [[nodiscard]] bool ending() const noexcept {
    return ending_;
  }

private:
  struct errand {
    std::string id;
    content_ptr body;
    std::uint64_t gone = 0; ///< Octets of the body that were sent.
    bool whole = false;     ///< All of it has left.
    std::optional<outlet::verdict> verdict;
  };

  void on_heard(std::string_view octets);
  void on_drained();
  void on_end(net::program_end how);
  void send_on();
  void after(duration time, void (standing_program::*then)());
  void set_no_timer();
  void on_time();
  void be_ended();
  void tell_if_over();
  void give_up(const std::string& why, const std::string& errors = {});

  const std::string name_; ///< The program's.
  const std::string outlet_;
  listener who_;
  boost::asio::steady_timer timer_;
  /// Which timer counts.
  std::shared_ptr<std::uint64_t> turn_ = std::make_shared<std::uint64_t>(0);
  outlet::program_dialogue dialogue_;
  std::optional<errand> errand_;
  bool ending_ = false;
  std::unique_ptr<net::running_program> program_; ///< Goes first.
};

} // namespace stagepost
