#include "net/program.hpp"
#include "test/net/certificates.hpp"
#include "test/net/program_fixture.hpp"
#include "test/net/s_client.hpp"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

using namespace stagepost::net;
using stagepost::test::no_children;
using stagepost::test::program_fixture;
using stagepost::test::runs;
using namespace std::chrono_literals;
using kind = program_end::kind;

namespace {

std::ptrdiff_t descriptors() {
  namespace fs = std::filesystem;
  return std::distance(fs::directory_iterator{"/proc/self/fd"},
                       fs::directory_iterator{});
}

} // namespace

BOOST_AUTO_TEST_SUITE(program)

BOOST_FIXTURE_TEST_CASE(status_output_and_errors_are_told, program_fixture) {
  const auto x = shell("echo out; echo err >&2; exit 75");
  BOOST_TEST((x.how == kind::exited));
  BOOST_TEST(x.code == 75);
  BOOST_TEST(x.output == "out\n");
  BOOST_TEST(x.errors == "err\n");
  BOOST_TEST((shell("exit 0").how == kind::exited));
  BOOST_TEST(shell("exit 0").code == 0);
}

BOOST_FIXTURE_TEST_CASE(a_signal_is_told, program_fixture) {
  const auto x = shell("kill -TERM $$");
  BOOST_TEST((x.how == kind::killed));
  BOOST_TEST(x.code == SIGTERM);
}

BOOST_FIXTURE_TEST_CASE(the_input_is_what_was_given, program_fixture) {
  std::string text;
  for (int i = 0; text.size() < 1U << 20U; ++i)
    text += std::to_string(i) + "\r\n";
  const auto x
    = run({.run = {"/bin/cat"}, .input = text, .output_limit = 2U << 20U});
  BOOST_TEST((x.how == kind::exited));
  BOOST_TEST((x.output == text));
  BOOST_TEST(run({.run = {"/bin/cat"}}).output == "");
  BOOST_TEST(shell("readlink /proc/self/fd/0").output == "/dev/null\n");
}

BOOST_FIXTURE_TEST_CASE(the_input_is_not_written_to, program_fixture) {
  const auto x
    = run({.run = {"/bin/sh", "-c",
                   "echo more 1>&0 2>/dev/null || echo refused; cat"},
           .input = "text\n"});
  BOOST_TEST(x.output == "refused\ntext\n");
}

BOOST_FIXTURE_TEST_CASE(input_that_nobody_reads_hurts_nobody, program_fixture) {
  const auto x = run({.run = {"/bin/sh", "-c", "exec <&-; echo done"},
                      .input = std::string(4U << 20U, 'x')});
  BOOST_TEST((x.how == kind::exited));
  BOOST_TEST(x.output == "done\n");
}

BOOST_FIXTURE_TEST_CASE(more_output_than_the_limit_is_dropped,
                        program_fixture) {
  const auto x
    = run({.run = {"/bin/sh", "-c",
                   "head -c 1048576 /dev/zero; head -c 1048576 /dev/zero >&2; "
                   "exit 3"},
           .output_limit = 1000});
  BOOST_TEST((x.how == kind::exited));
  BOOST_TEST(x.code == 3);
  BOOST_TEST((x.output == std::string(1000, '\0')));
  BOOST_TEST((x.errors == std::string(1000, '\0')));
}

BOOST_FIXTURE_TEST_CASE(the_environment_is_what_was_given, program_fixture) {
  BOOST_REQUIRE(::setenv("STAGEPOST_TEST_SECRET", "x", 1) == 0);
  const auto x
    = run({.run = {"env"},
           .environment = {{"SSMTPD_USERNAME", "a b=c\n"}, {"EMPTY", ""}}});
  ::unsetenv("STAGEPOST_TEST_SECRET");
  const char* path = std::getenv("PATH");
  BOOST_REQUIRE(path != nullptr);
  BOOST_TEST(x.output
             == "PATH=" + std::string(path)
                  + "\nEMPTY=\nSSMTPD_USERNAME=a b=c\n\n");
  BOOST_TEST(run({.run = {"env"}, .environment = {{"PATH", "/x"}}}).output
             == "PATH=/x\n");
}

BOOST_FIXTURE_TEST_CASE(arguments_go_without_a_shell, program_fixture) {
  const auto x = run({.run = {"printf", "%s|", "$HOME", "a b", "", "`id`"}});
  BOOST_TEST(x.output == "$HOME|a b||`id`|");
}

BOOST_FIXTURE_TEST_CASE(no_other_descriptor_is_passed_on, program_fixture) {
  // Without close-on-exec, as a library may open them.
  const int open = ::dup(0);
  const auto x = run({.run = {"ls", "/proc/self/fd"}});
  ::close(open);
  BOOST_TEST(x.output == "0\n1\n2\n3\n", "3 is the folder");
}

BOOST_FIXTURE_TEST_CASE(signals_are_as_in_a_fresh_process, program_fixture) {
  auto before = ::signal(SIGPIPE, SIG_IGN);
  sigset_t hidden;
  sigset_t mask;
  ::sigemptyset(&hidden);
  ::sigaddset(&hidden, SIGUSR1);
  ::pthread_sigmask(SIG_BLOCK, &hidden, &mask);
  const auto x = run({.run = {"cat", "/proc/self/status"}});
  sigset_t after;
  ::pthread_sigmask(SIG_SETMASK, &mask, &after);
  ::signal(SIGPIPE, before);
  const std::string none = "0000000000000000\n";
  BOOST_TEST(
    has(x.output, "SigBlk:\t" + none + "SigIgn:\t" + none + "SigCgt:\t" + none),
    x.output);
  BOOST_TEST(::sigismember(&after, SIGUSR1) == 1, "our own mask is as it was");
  BOOST_TEST(::sigismember(&after, SIGTERM) == 0);
}

BOOST_FIXTURE_TEST_CASE(past_its_time_the_whole_group_is_killed,
                        program_fixture) {
  const auto x
    = run({.run = {"/bin/sh", "-c",
                   "sleep infinity & echo $!; trap '' TERM; sleep infinity"},
           .time_limit = 300ms});
  BOOST_TEST((x.how == kind::timed_out));
  const auto child = std::stoi(x.output);
  BOOST_TEST(run_until([&] {
    loop.run_for(1ms);
    return !runs(child);
  }));
}

BOOST_FIXTURE_TEST_CASE(who_stays_behind_is_killed, program_fixture) {
  const auto x = shell("sleep infinity & echo $!");
  BOOST_TEST((x.how == kind::exited), "and holds nobody up");
  BOOST_TEST(x.code == 0);
  const auto child = std::stoi(x.output);
  BOOST_TEST(run_until([&] {
    loop.run_for(1ms);
    return !runs(child);
  }));
}

BOOST_FIXTURE_TEST_CASE(what_cannot_start_says_why, program_fixture) {
  temporary_folder folder;
  std::ofstream(folder.path("plain")) << "text";
  const std::string nul{"a\0b", 3};
  const std::string untold
    = "NUL in an argument or the environment, or = in a name of it";
  const struct {
    stagepost::net::program order;
    std::string why;
  } table[] = {
    {{.run = {"/nowhere/program"}},
     "/nowhere/program: cannot run: No such file or directory"},
    {{.run = {"no-such-program"}},
     "no-such-program: not in PATH: No such file or directory"},
    {{.run = {folder.path("plain")}},
     folder.path("plain") + ": cannot run: Permission denied"},
    {{.run = {}}, "no program is named"},
    {{.run = {"env", nul}}, "env: " + untold},
    {{.run = {"env"}, .environment = {{"SECRET", nul}}}, "env: " + untold},
    {{.run = {"env"}, .environment = {{"A=B", "x"}}}, "env: " + untold},
    {{.run = {"env"}, .environment = {{"SECRET", std::string(1U << 20U, 'x')}}},
     "env: cannot run: Argument list too long"},
  };
  for (const auto& x : table) {
    const auto got = run(x.order);
    BOOST_TEST((got.how == kind::not_started), x.why);
    BOOST_TEST(got.why == x.why);
  }
  BOOST_TEST(no_children());
}

BOOST_FIXTURE_TEST_CASE(limits_hold, program_fixture) {
  const auto x = run({.run = {"/bin/sh", "-c", "ulimit -n; ulimit -Hn"},
                      .limits = {{RLIMIT_NOFILE, 17}}});
  BOOST_TEST(x.output == "17\n17\n");
}

BOOST_FIXTURE_TEST_CASE(it_may_run_as_somebody_else, program_fixture) {
  stagepost::net::program order{.run = {"/bin/sh", "-c", "id -u; id -g; id -G"},
                                .as = {{12'345, 54'321}}};
  const auto x = run(order);
  if (::geteuid() == 0) {
    BOOST_TEST(x.output == "12345\n54321\n54321\n");
    BOOST_TEST(::geteuid() == 0U);
  } else {
    BOOST_TEST((x.how == kind::not_started));
    BOOST_TEST(x.why == "/bin/sh: cannot run: Operation not permitted");
  }
}

BOOST_FIXTURE_TEST_CASE(letting_go_kills_it, program_fixture) {
  start({.run = {"/bin/sh", "-c", "sleep infinity"}});
  running.reset();
  BOOST_TEST(run_until([&] {
    loop.run_for(1ms);
    return no_children();
  }));
  BOOST_TEST(!end.has_value());
  start({.run = {"/nowhere/program"}});
  running.reset();
  run_for(1ms);
  BOOST_TEST(!end.has_value());
}

BOOST_AUTO_TEST_CASE(a_loop_that_ends_takes_it_along) {
  for (const bool has_run : {false, true}) {
    boost::asio::io_context loop;
    auto left = start_program(loop, {.run = {"sleep", "infinity"}},
                              [](const program_end&) { BOOST_FAIL("late"); });
    if (has_run)
      loop.poll();
  }
  BOOST_TEST(no_children());
}

BOOST_FIXTURE_TEST_CASE(the_children_of_others_are_left_alone,
                        program_fixture) {
  const auto other = ::fork();
  if (other == 0)
    ::_exit(42);
  BOOST_TEST(shell("exit 7").code == 7);
  int status = 0;
  BOOST_TEST(::waitpid(other, &status, 0) == other);
  BOOST_TEST(WEXITSTATUS(status) == 42);
}

BOOST_FIXTURE_TEST_CASE(two_hundred_leave_nothing_behind, program_fixture) {
  run({.run = {"/bin/true"}}); // the loop opens descriptors of its own
  const auto before = descriptors();
  for (int i = 0; i < 200; ++i) {
    const auto text = std::to_string(i);
    const auto x = run({.run = {"/bin/cat"}, .input = text});
    BOOST_TEST((x.how == kind::exited), "ended with " << x.code);
    BOOST_TEST(x.output == text);
  }
  running.reset();
  run_for(1ms);
  BOOST_TEST(descriptors() == before);
  BOOST_TEST(no_children());
}

BOOST_FIXTURE_TEST_CASE(many_run_side_by_side, loop_fixture) {
  std::vector<std::unique_ptr<running_program>> all;
  int right = 0;
  for (int i = 0; i < 50; ++i)
    all.push_back(start_program(
      loop, {.run = {"/bin/sh", "-c", "exit " + std::to_string(i)}},
      [&, i](const program_end& x) {
        right += x.how == kind::exited && x.code == i ? 1 : 0;
      }));
  BOOST_TEST(run_until([&] { return right == 50; }));
}

BOOST_AUTO_TEST_SUITE_END()
