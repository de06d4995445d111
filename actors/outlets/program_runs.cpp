#include "actors/outlets/program_runs.hpp"

#include "actors/outlets/program_order.hpp"
#include "actors/runtime/log.hpp"
#include "mail/outlet/program_verdict.hpp"
#include "mail/outlet/spoken_line.hpp"

#include <boost/asio/post.hpp>

#include <utility>

namespace stagepost {

void complain_of_program(const std::string& outlet, const std::string& program,
                         const std::string& id, const std::string& why,
                         const std::string& errors) {
  log::warning("outlet", "program failed",
               {{"outlet", outlet},
                {"program", program},
                {"id", id},
                {"why", why},
                {"said", outlet::last_spoken_line(errors)}});
}

outlet::program_result result_of(net::program_end x) {
  using kind = outlet::program_result::kind;
  outlet::program_result out;
  switch (x.how) {
    case net::program_end::kind::exited:
      out.how = kind::exited;
      break;
    case net::program_end::kind::killed:
      out.how = kind::killed;
      break;
    case net::program_end::kind::timed_out:
      out.how = kind::timed_out;
      break;
    case net::program_end::kind::not_started:
      out.how = kind::not_started;
      break;
  }
  out.code = x.code;
  out.why = std::move(x.why);
  out.output = std::move(x.output);
  out.errors = std::move(x.errors);
  return out;
}

void program_runs::start(std::uint64_t number, const config::outlet& x,
                         const rules& by,
                         const std::shared_ptr<const outlet_job>& job,
                         std::chrono::steady_clock::duration until_deadline) {
  auto order = program_of(x, by);
  auto environment = environment_of(*job);
  if (!environment) {
    outlet::verdict too_many{outlet::verdict::kind::failed,
                             {452, {4, 5, 3}, "Too many recipients"},
                             x.command.run.front(),
                             "the recipients do not fit into a variable of "
                             "the environment"};
    boost::asio::post(loop_, [told = told_, number, v = std::move(too_many)] {
      told(number, v);
    });
    return;
  }
  order.environment = std::move(*environment);
  order.run.push_back(order.environment["STAGEPOST_USER"]);
  order.body = job->mail->body;
  const auto time = run_time_of(x, until_deadline);
  order.time_limit = time.limit;
  order.grace = time.grace;
  running_[number] = net::start_program(
    loop_, order,
    [this, number, id = order.environment["STAGEPOST_ID"], outlet = x.name,
     program = x.command.run.front()](net::program_end how) {
      on_end(number, id, outlet, program, std::move(how));
    });
}

void program_runs::on_end(std::uint64_t number, const std::string& id,
                          const std::string& outlet, const std::string& program,
                          net::program_end how) {
  const bool clear = how.how == net::program_end::kind::exited;
  const auto result = result_of(std::move(how));
  auto verdict = outlet::verdict_of(result, program);
  if (!clear)
    complain_of_program(outlet, program, id, verdict.detail, result.errors);
  told_(number, std::move(verdict));
  running_.erase(number); // and what called this
}

} // namespace stagepost
