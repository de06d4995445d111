#pragma once

#include "actor_fixture.hpp"
#include "actors/outlets/command_outlet.hpp"
#include "outlet_jobs.hpp"
#include "test/net/program_fixture.hpp"
#include "test/storage/scratch.hpp"

#include <chrono>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

namespace stagepost::test {

/// A command outlet by the name of "filter" whose programs are real, and those
/// who wait for it.
struct command_outlet_fixture : actor_fixture {
  scratch_folder folder;
  boost::asio::io_context loop;
  node here{config::configuration{}};
  command_actor who;
  std::string user = "anna";
  std::vector<outlet_verdicts> heard;
  int errors = 0;

  command_outlet_fixture() {
    who = system.spawn(stagepost::command_outlet, &loop, &here,
                       std::string{"filter"}, std::string{"outlets/filter"});
    settle();
  }
  ~command_outlet_fixture() {
    if (who)
      stop(std::exchange(who, nullptr), caf::exit_reason::kill);
    loop.restart();
    run_until([] { return no_children(); });
  }

  void in_force(config::outlet x) {
    config::configuration out;
    x.name = "filter";
    out.outlets = {std::move(x)};
    here.in_force.replace(std::move(out));
  }
  static config::outlet program(std::vector<std::string> run) {
    config::outlet out;
    out.type = config::outlet_type::command;
    out.command.run = std::move(run);
    return out;
  }
  /// With these as $1 and so on, before the user.
  static config::outlet script(const std::string& text,
                               const std::vector<std::string>& arguments = {}) {
    auto out = program({"/bin/sh", "-c", text, "sh"});
    out.command.run.insert(out.command.run.end(), arguments.begin(),
                           arguments.end());
    return out;
  }

  void begin(const std::vector<std::string>& to = {"to@x.example"},
             std::chrono::seconds wait = std::chrono::seconds{240}) {
    auto mail = mail_to(to);
    mail.user = user;
    const auto job = make_local<const outlet_job>(
      job_of(std::move(mail), "filter", scheduler.clock().now() + wait));
    ask_later(
      who, handover_atom_v, job,
      [this](const local<const outlet_verdicts>& x) { heard.push_back(*x); },
      [this](const caf::error&) { ++errors; });
  }

  template <class Condition>
  bool run_until(Condition done) {
    const auto end
      = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    while (!done() && std::chrono::steady_clock::now() < end) {
      loop.restart();
      loop.run_one_for(std::chrono::milliseconds{10});
      settle();
    }
    return done();
  }
  bool wait_for(std::size_t answers) {
    return run_until([&] { return heard.size() >= answers; });
  }

  [[nodiscard]] std::string last() const {
    return heard.empty() ? "" : to_string(heard.back().front().reply);
  }
  std::string hand_over() {
    const auto before = heard.size();
    begin();
    BOOST_REQUIRE(wait_for(before + 1));
    return last();
  }

  void tell_to_stop() {
    self->send_exit(who, caf::exit_reason::user_shutdown);
    settle();
  }
  bool is_gone() {
    return run_until([this] { return here.tree.size() == 0; });
  }

  void touch(const std::string& name) const {
    std::ofstream{folder.path() + '/' + name};
  }
  [[nodiscard]] std::string content_of(const std::string& name) const {
    std::ifstream from{folder.path() + '/' + name};
    return {std::istreambuf_iterator<char>{from}, {}};
  }
};

} // namespace stagepost::test
