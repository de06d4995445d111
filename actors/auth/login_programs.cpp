#include "actors/auth/login_programs.hpp"

#include "actors/runtime/log.hpp"

#include <utility>

namespace stagepost {

namespace {

constexpr const char* name_variable = "SSMTPD_USERNAME";
constexpr const char* password_variable = "SSMTPD_PASSWORD";

/// Why a program gave no answer. Nothing that it printed: who knows what that
/// shows of the password.
std::string trouble(const config::auth_source& source,
                    const net::program_end& x) {
  switch (x.how) {
    case net::program_end::kind::killed:
      return "it was killed by signal " + std::to_string(x.code);
    case net::program_end::kind::timed_out:
      return "it took longer than " + std::to_string(source.timeout.count())
             + " s";
    case net::program_end::kind::not_started:
      return x.why;
    case net::program_end::kind::exited:
      break;
  }
  return {};
}

login_verdict verdict(const config::auth_source& source,
                      const net::program_end& x) {
  if (x.how == net::program_end::kind::exited)
    return x.code == 0 ? login_verdict::yes : login_verdict::no;
  log::warning("auth", "no answer from a program",
               {{"program", source.run.front()}, {"why", trouble(source, x)}});
  return login_verdict::unavailable;
}

} // namespace

bool login_programs::ask(source_ptr source, std::string user,
                         sasl::secret password, answer then) {
  auto& before = lines_[source->run];
  const bool waits = before.running >= source->workers;
  if (waits && before.waiting.size() >= longest_line)
    return false;
  question x{std::move(source), std::move(user), std::move(password),
             std::move(then)};
  if (waits)
    before.waiting.push_back(std::move(x));
  else
    start(std::move(x));
  return true;
}

void login_programs::start(question x) {
  net::program order{.run = x.source->run,
                     .environment = {{name_variable, std::move(x.user)}},
                     .output_limit = 0,
                     .time_limit = x.source->timeout};
  auto& password = order.environment[password_variable];
  password = x.password.text();
  ++lines_[x.source->run].running;
  running_.push_front({std::move(x.source), std::move(x.then), nullptr});
  const auto which = running_.begin();
  which->program = net::start_program(
    loop_, order, [this, which](const auto& how) { on_end(which, how); });
  sasl::wipe(password);
}

void login_programs::on_end(std::list<run>::iterator which,
                            const net::program_end& how) {
  const auto over = std::move(*which);
  running_.erase(which);
  start_next(*over.source);
  over.then(verdict(*over.source, how));
}

void login_programs::start_next(const config::auth_source& source) {
  const auto before = lines_.find(source.run);
  --before->second.running;
  auto& waiting = before->second.waiting;
  if (!waiting.empty()) {
    auto next = std::move(waiting.front());
    waiting.pop_front();
    start(std::move(next));
  } else if (before->second.running == 0) {
    lines_.erase(before);
  }
}

} // namespace stagepost
