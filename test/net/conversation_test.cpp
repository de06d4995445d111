#include "net/program.hpp"
#include "test/net/program_fixture.hpp"

#include <csignal>

using namespace stagepost;
using namespace std::chrono_literals;
using kind = net::program_end::kind;

namespace {

struct fixture : test::program_fixture {
  std::string heard;
  int drained = 0;

  fixture() {
    std::signal(SIGPIPE, SIG_IGN); // as the daemon does
  }

  void talk(const std::string& script,
            std::chrono::steady_clock::duration grace = {}) {
    end.reset();
    running = net::talk_with(
      loop,
      {.run = {"/bin/sh", "-c", script}, .time_limit = {}, .grace = grace},
      {[this](std::string_view x) { heard += x; }, [this] { ++drained; }},
      [this](net::program_end x) { end = std::move(x); });
  }
  bool hears(const std::string& text) {
    return run_until([&] { return heard == text; });
  }
  bool ends() {
    return run_until([&] { return end.has_value(); });
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(conversation, fixture)

BOOST_AUTO_TEST_CASE(what_is_said_is_answered) {
  talk("while read -r x; do echo \"you said $x\"; done");
  running->say("one\n");
  BOOST_TEST(hears("you said one\n"));
  BOOST_TEST(drained == 1);
  heard.clear();
  running->say("two\n");
  BOOST_TEST(hears("you said two\n"));
  running->hang_up();
  BOOST_TEST(ends());
  BOOST_TEST((end->how == kind::exited));
  BOOST_TEST(end->code == 0);
  BOOST_TEST(end->output == "", "it was heard");
}

BOOST_AUTO_TEST_CASE(much_is_said_as_fast_as_it_is_read) {
  talk("read -r x; echo began; read -r y; wc -c");
  running->say("go\n");
  BOOST_TEST(hears("began\n"));
  running->say("on\n" + std::string(4U << 20U, 'x'));
  BOOST_TEST(run_until([&] { return drained == 2; }));
  running->hang_up();
  BOOST_TEST(hears("began\n4194304\n"));
}

BOOST_AUTO_TEST_CASE(who_does_not_read_is_not_waited_for) {
  talk("exec <&-; echo done");
  running->say(std::string(1U << 20U, 'x'));
  BOOST_TEST(ends());
  BOOST_TEST(heard == "done\n");
  BOOST_TEST(drained == 0);
  running->say("late");
  running->hang_up();
  running->end();
  run_for(1ms);
  BOOST_TEST(drained == 0);
}

BOOST_AUTO_TEST_CASE(it_is_ended_softly_and_then_not) {
  talk("trap 'echo bye; exit 3' TERM; echo up; while :; do sleep 0.01; done",
       20s);
  BOOST_TEST(hears("up\n"));
  running->end();
  BOOST_TEST(ends());
  BOOST_TEST(end->code == 3);
  BOOST_TEST(heard == "up\nbye\n");
  talk("trap '' TERM; echo; while :; do sleep 0.01; done", 300ms);
  BOOST_TEST(hears("up\nbye\n\n"));
  running->end();
  BOOST_TEST(ends());
  BOOST_TEST((end->how == kind::killed));
  BOOST_TEST(end->code == SIGKILL);
}

BOOST_AUTO_TEST_CASE(errors_are_kept_for_the_end) {
  talk("echo why >&2; exit 1");
  BOOST_TEST(ends());
  BOOST_TEST(end->errors == "why\n");
}

BOOST_AUTO_TEST_CASE(what_cannot_start_says_so_and_hears_nothing) {
  running = net::talk_with(
    loop, {.run = {"/nowhere/program"}},
    {[this](std::string_view x) { heard += x; }, [this] { ++drained; }},
    [this](net::program_end x) { end = std::move(x); });
  running->say("hello");
  BOOST_TEST(ends());
  BOOST_TEST((end->how == kind::not_started));
  BOOST_TEST(drained == 0);
}

BOOST_AUTO_TEST_CASE(who_hears_may_let_go) {
  running = net::talk_with(
    loop, {.run = {"/bin/sh", "-c", "yes"}},
    {[this](std::string_view x) {
       BOOST_TEST(heard.empty());
       heard += x;
       running.reset();
     },
     [] {}},
    [](const net::program_end&) { BOOST_FAIL("nobody is there any more"); });
  BOOST_TEST(run_until([&] { return !heard.empty(); }));
  BOOST_TEST(run_until([&] {
    loop.run_for(1ms);
    return test::no_children();
  }));
}

BOOST_AUTO_TEST_SUITE_END()
