#pragma once

#include "actors/rules.hpp"
#include "mail/outlet/program_verdict.hpp"
#include "messages/handover.hpp"
#include "net/program.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace stagepost {

/// Who hears what became of the mail with this number; never from within.
using program_listener = std::function<void(std::uint64_t, outlet::verdict)>;

/// The programs of a command outlet that run for one mail each. Letting go
/// kills what runs. Belongs to the loop's thread.
class program_runs {
public:
  program_runs(boost::asio::io_context& loop, program_listener told)
    : loop_(loop), told_(std::move(told)) {
  }
  program_runs(const program_runs&) = delete;
  program_runs& operator=(const program_runs&) = delete;

  /// Runs the outlet's program for a mail: its last argument is who logged in,
  /// its standard input the message, its environment the envelope.
  /// @param until_deadline  Of the job; more than 0.
  void start(std::uint64_t number, const config::outlet& x, const rules& by,
             const std::shared_ptr<const outlet_job>& job,
             std::chrono::steady_clock::duration until_deadline);

private:
  void on_end(std::uint64_t number, const std::string& id,
              const std::string& outlet, const std::string& program,
              net::program_end how);

  boost::asio::io_context& loop_;
  program_listener told_;
  std::map<std::uint64_t, std::unique_ptr<net::running_program>> running_;
};

/// Says in the log that a program did not do its part; the client hears
/// something else.
void complain_of_program(const std::string& outlet, const std::string& program,
                         const std::string& id, const std::string& why,
                         const std::string& errors);

/// How a run came out, for the pure room.
outlet::program_result result_of(net::program_end x);

} // namespace stagepost
