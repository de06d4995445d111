#pragma once

#include "actors/outlets/program_runs.hpp"
#include "actors/outlets/standing_program.hpp"

#include <cstddef>
#include <functional>
#include <list>

namespace stagepost {

/// The processes of a command outlet that take many mails each. One is started
/// when a mail finds none at rest, and ended when it has been at rest for long,
/// or when its settings are not those in force any more. Letting go kills them.
/// Belongs to the loop's thread.
class program_pool {
public:
  using duration = std::chrono::steady_clock::duration;

  /// How long a process is kept without a mail.
  static constexpr std::chrono::seconds usual_rest{60};

  /// @param emptied  The last process has ended.
  program_pool(boost::asio::io_context& loop, program_listener told,
               std::function<void()> emptied, duration rest = usual_rest)
    : loop_(loop), told_(std::move(told)), emptied_(std::move(emptied)),
      rest_(rest) {
  }
  program_pool(const program_pool&) = delete;
  program_pool& operator=(const program_pool&) = delete;

  /// Gives a mail to a process.
  /// @param until_deadline  Of the job; more than 0.
  void start(std::uint64_t number, const config::outlet& x, const rules& by,
             const std::shared_ptr<const outlet_job>& job,
             duration until_deadline);

  /// Those at rest are not needed any more.
  void retire();

  /// How many processes there are.
  [[nodiscard]] std::size_t size() const noexcept {
    return all_.size();
  }

private:
  struct process {
    config::mail_program settings;
    std::optional<net::program::identity> as;
    std::unique_ptr<standing_program> program;
    std::uint64_t number = 0; ///< Of its mail; 0 while it is at rest.
  };
  using place = std::list<process>::iterator;

  place at_rest(const config::outlet& x, const rules& by);
  place started(const config::outlet& x, const rules& by);
  void on_told(place which, outlet::verdict verdict);
  void on_gone(place which);

  boost::asio::io_context& loop_;
  program_listener told_;
  std::function<void()> emptied_;
  duration rest_;
  std::list<process> all_;
};

} // namespace stagepost
