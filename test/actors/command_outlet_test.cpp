#include "actors/outlets/command_outlet.hpp"
#include "test/actors/command_outlet_fixture.hpp"

using namespace stagepost;
using namespace std::chrono_literals;
using replies = std::vector<std::string>;

namespace {

constexpr auto later = "The message can't be processed now, try again later";

} // namespace

BOOST_FIXTURE_TEST_SUITE(command_outlet, test::command_outlet_fixture)

BOOST_AUTO_TEST_CASE(how_a_program_ends_is_the_reply) {
  const struct {
    std::string script;
    std::string reply;
  } table[] = {
    {"exit 0", "250 2.0.0 Accepted"},
    {"echo working; echo job 17", "250 2.0.0 job 17"},
    {"echo bad >&2; echo no such printer >&2; exit 1",
     "554 5.3.0 no such printer"},
    {"echo database away >&2; exit 75", "451 4.3.0 database away"},
    {"kill -SEGV $$", std::string{"451 4.3.0 "} + later},
    {"kill -TERM $$", std::string{"451 4.3.0 "} + later},
  };
  for (const auto& x : table) {
    in_force(script(x.script));
    BOOST_TEST(hand_over() == x.reply, x.script);
  }
  in_force(program({"/nowhere/program"}));
  BOOST_TEST(hand_over() == std::string{"451 4.3.0 "} + later);
}

BOOST_AUTO_TEST_CASE(it_runs_once_for_all_recipients) {
  in_force(script("echo run >> $1/runs; echo \"$STAGEPOST_RECIPIENTS\" | wc -l",
                  {folder.path()}));
  begin({"a@x.example", "b@x.example", "c@x.example"});
  BOOST_TEST(wait_for(1));
  BOOST_REQUIRE(heard[0].size() == 3U);
  for (const auto& x : heard[0])
    BOOST_TEST(to_string(x.reply) == "250 2.0.0 3");
  BOOST_TEST(content_of("runs") == "run\n");
}

BOOST_AUTO_TEST_CASE(it_is_told_the_user_the_envelope_and_the_message) {
  in_force(script("echo \"$2,$STAGEPOST_SENDER,$STAGEPOST_HELO,$#,$(wc -c)\"",
                  {"fixed"}));
  BOOST_TEST(hand_over()
             == "250 2.0.0 anna,from@sender.example,helo.example,2,24");
  user = "";
  in_force(script("echo \"<$1> $#\""));
  BOOST_TEST(hand_over() == "250 2.0.0 <> 1");
}

BOOST_AUTO_TEST_CASE(who_hangs_is_ended) {
  auto x = script("trap '' TERM; while :; do sleep 0.01; done");
  x.timeout = config::seconds{1};
  in_force(x);
  BOOST_TEST(hand_over() == std::string{"451 4.3.0 "} + later);
}

BOOST_AUTO_TEST_CASE(so_many_run_and_so_many_wait) {
  auto x = script("until test -e $1/go; do sleep 0.01; done", {folder.path()});
  x.workers = 2;
  x.waiting = 3;
  in_force(x);
  for (int i = 0; i < 6; ++i)
    begin();
  BOOST_REQUIRE(wait_for(1));
  BOOST_TEST(heard.size() == 1U);
  BOOST_TEST(last() == "451 4.3.2 Too busy, try again later");
  touch("go");
  BOOST_REQUIRE(wait_for(6));
  for (std::size_t i = 1; i < 6; ++i)
    BOOST_TEST(to_string(heard[i].front().reply) == "250 2.0.0 Accepted");
}

BOOST_AUTO_TEST_CASE(nobody_waits_past_his_deadline) {
  auto x = script("until test -e $1/go; do sleep 0.01; done; echo >> $1/runs",
                  {folder.path()});
  x.workers = 1;
  in_force(x);
  begin({"a@x.example"}, 60s);
  begin({"b@x.example"}, 20s);
  begin({"c@x.example"}, 10s);
  pass(10s);
  BOOST_REQUIRE(heard.size() == 1U);
  BOOST_TEST(last() == "451 4.4.7 It takes too long, try again later");
  pass(10s);
  BOOST_TEST(heard.size() == 2U);
  begin({"d@x.example"}, 0s);
  BOOST_REQUIRE(heard.size() == 3U);
  BOOST_TEST(last() == "451 4.4.7 It takes too long, try again later");
  touch("go");
  BOOST_REQUIRE(wait_for(4));
  BOOST_TEST(last() == "250 2.0.0 Accepted");
  BOOST_TEST(content_of("runs") == "\n", "the others never ran");
}

BOOST_AUTO_TEST_CASE(what_the_file_says_now_counts_for_the_next) {
  in_force(script("echo one"));
  BOOST_TEST(hand_over() == "250 2.0.0 one");
  in_force(script("echo two"));
  BOOST_TEST(hand_over() == "250 2.0.0 two");
}

BOOST_AUTO_TEST_CASE(an_outlet_of_another_type_makes_room) {
  in_force(script("exit 0"));
  BOOST_TEST(hand_over() == "250 2.0.0 Accepted");
  config::outlet other;
  other.type = config::outlet_type::http;
  in_force(other);
  BOOST_TEST(hand_over() == "451 4.3.2 Try again later");
  BOOST_TEST(is_gone());
}

BOOST_AUTO_TEST_CASE(who_waits_at_an_outlet_that_goes_is_told_so) {
  auto x = script("until test -e $1/go; do sleep 0.01; done", {folder.path()});
  x.workers = 1;
  in_force(x);
  begin();
  begin();
  config::outlet other;
  other.type = config::outlet_type::http;
  in_force(other);
  touch("go");
  BOOST_REQUIRE(wait_for(2));
  BOOST_TEST(to_string(heard[0].front().reply) == "250 2.0.0 Accepted");
  BOOST_TEST(last() == "451 4.3.2 Try again later");
  BOOST_TEST(is_gone());
}

BOOST_AUTO_TEST_CASE(told_to_stop_it_ends_what_it_has_begun) {
  auto x = script("until test -e $1/go; do sleep 0.01; done", {folder.path()});
  x.workers = 1;
  in_force(x);
  begin();
  begin();
  tell_to_stop();
  BOOST_REQUIRE(heard.size() == 1U);
  BOOST_TEST(last() == "451 4.3.2 Try again later");
  begin();
  BOOST_TEST(heard.size() == 2U);
  BOOST_TEST(here.tree.size() == 1U, "it waits for them");
  touch("go");
  BOOST_REQUIRE(wait_for(3));
  BOOST_TEST(last() == "250 2.0.0 Accepted");
  BOOST_TEST(is_gone());
}

BOOST_AUTO_TEST_CASE(more_recipients_than_fit_are_too_many) {
  in_force(script("exit 0"));
  const std::string name = std::string(64, 'x') + "@" + std::string(64, 'y');
  begin(std::vector<std::string>(1000, name));
  BOOST_REQUIRE(wait_for(1));
  BOOST_TEST(last() == "452 4.5.3 Too many recipients");
}

BOOST_AUTO_TEST_CASE(a_crash_takes_its_programs_along) {
  in_force(script("sleep infinity"));
  begin();
  stop(std::exchange(who, nullptr), caf::exit_reason::kill);
  BOOST_TEST(run_until([] { return test::no_children(); }));
  BOOST_TEST(errors == 1);
}

BOOST_AUTO_TEST_SUITE_END()
