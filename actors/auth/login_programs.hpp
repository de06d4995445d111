#pragma once

#include "config/configuration.hpp"
#include "mail/sasl/secret.hpp"
#include "messages/login.hpp"
#include "net/program.hpp"

#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace stagepost {

/// The programs that the sources of type `command` run: for each source so
/// many at a time, and a line of those who wait. Letting go kills what runs.
/// Belongs to the loop's thread.
class login_programs {
public:
  using source_ptr = std::shared_ptr<const config::auth_source>;
  using answer = std::function<void(login_verdict)>;

  /// Logins that wait for a program of one source, at most.
  static constexpr std::size_t longest_line = 64;

  explicit login_programs(boost::asio::io_context& loop) : loop_(loop) {
  }
  login_programs(const login_programs&) = delete;
  login_programs& operator=(const login_programs&) = delete;

  /// Runs a source's program for this user. It has the name and the password
  /// in its environment, as SSMTPD_USERNAME and SSMTPD_PASSWORD, and nothing
  /// else but PATH; what it prints is dropped.
  /// @param then  Called once, on the loop's thread and never from within: yes
  ///              for exit status 0, no for any other, unavailable for all else
  ///              that can happen, which is logged.
  /// @returns false if the line is full; then nothing comes.
  [[nodiscard]] bool ask(source_ptr source, std::string user,
                         sasl::secret password, answer then);

private:
  struct question {
    source_ptr source;
    std::string user;
    sasl::secret password;
    answer then;
  };
  struct run {
    source_ptr source;
    answer then;
    std::unique_ptr<net::running_program> program;
  };
  /// Before one source, which is known by what it runs.
  struct line {
    std::size_t running = 0;
    std::deque<question> waiting;
  };

  void start(question x);
  void on_end(std::list<run>::iterator which, const net::program_end& how);
  void start_next(const config::auth_source& source);

  boost::asio::io_context& loop_;
  std::map<std::vector<std::string>, line> lines_;
  std::list<run> running_;
};

} // namespace stagepost
