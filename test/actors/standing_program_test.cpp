#include "actors/outlets/command_outlet.hpp"
#include "test/actors/command_outlet_fixture.hpp"

#include <csignal>
#include <set>

using namespace stagepost;
using namespace std::chrono_literals;

namespace {

constexpr auto later
  = "451 4.3.0 The message can't be processed now, try again later";

/// Reads a mail into nothing, then does the rest of the loop.
const std::string reads = R"(while read -r envelope; do
  size=${envelope##*:}; head -c "${size%\}}" > /dev/null
)";

struct fixture : test::command_outlet_fixture {
  fixture() {
    std::signal(SIGPIPE, SIG_IGN); // as the daemon does
  }
  static config::outlet standing(const std::string& text,
                                 const std::vector<std::string>& arguments
                                 = {}) {
    auto out = script(text, arguments);
    out.command.keep_alive = true;
    return out;
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(standing_program, fixture)

BOOST_AUTO_TEST_CASE(one_process_takes_many_mails) {
  in_force(standing(reads + "echo \"250 $$\"; done"));
  const auto first = hand_over();
  BOOST_TEST(first.starts_with("250 2.0.0 "));
  for (int i = 0; i < 20; ++i)
    BOOST_TEST(hand_over() == first);
}

BOOST_AUTO_TEST_CASE(it_says_what_becomes_of_each) {
  in_force(standing(reads + R"(case $envelope in
    *'"recipients":["a@'*) echo 250 2.6.0 done;;
    *'"recipients":["b@'*) echo 452 full;;
    *) echo 550 5.7.1 not you;;
  esac; done)"));
  for (const auto* to : {"a@x.example", "b@x.example", "c@x.example"})
    begin({to});
  BOOST_REQUIRE(wait_for(3));
  std::multiset<std::string> all;
  for (const auto& x : heard)
    all.insert(to_string(x.front().reply));
  const std::multiset<std::string> wanted{"250 2.6.0 done", "452 4.3.0 full",
                                          "550 5.7.1 not you"};
  BOOST_TEST((all == wanted));
}

BOOST_AUTO_TEST_CASE(there_are_as_many_as_workers) {
  auto x = standing(
    "echo >> $1/started; " + reads
      + "until test -e $1/go; do sleep 0.01; done; echo 250 $$; done",
    {folder.path()});
  x.workers = 2;
  in_force(x);
  for (int i = 0; i < 6; ++i)
    begin();
  BOOST_TEST(run_until([this] { return content_of("started") == "\n\n"; }));
  touch("go");
  BOOST_REQUIRE(wait_for(6));
  std::set<std::string> all;
  for (const auto& y : heard)
    all.insert(to_string(y.front().reply));
  BOOST_TEST(all.size() <= 2U);
  BOOST_TEST(content_of("started") == "\n\n");
}

BOOST_AUTO_TEST_CASE(who_dies_is_started_again) {
  in_force(standing("test -e $1/died || { touch $1/died; read -r x; "
                    "echo oops >&2; exit 1; }; "
                      + reads + "echo 250 back; done",
                    {folder.path()}));
  BOOST_TEST(hand_over() == later);
  BOOST_TEST(hand_over() == "250 2.0.0 back");
}

BOOST_AUTO_TEST_CASE(who_answers_nonsense_is_started_again) {
  for (const auto* nonsense :
       {"echo hello", "echo 250-more", "printf '250 a\\n250 b\\n'",
        "head -c 10000 /dev/zero"}) {
    in_force(standing("if mkdir $1/once; then read -r x; "
                        + std::string{nonsense} + "; sleep infinity; fi; "
                        + reads + "echo 250 back; done",
                      {folder.path()}));
    BOOST_TEST(hand_over() == later, nonsense);
    BOOST_TEST(hand_over() == "250 2.0.0 back", nonsense);
    BOOST_REQUIRE(std::filesystem::remove(folder.path() + "/once"));
  }
}

BOOST_AUTO_TEST_CASE(who_hangs_is_ended_and_started_again) {
  auto x = standing("if mkdir $1/once; then read -r x; sleep infinity; fi; "
                      + reads + "echo 250 back; done",
                    {folder.path()});
  x.timeout = config::seconds{1};
  in_force(x);
  BOOST_TEST(hand_over() == later);
  BOOST_TEST(hand_over() == "250 2.0.0 back");
}

BOOST_AUTO_TEST_CASE(what_cannot_start_is_tried_with_each_mail) {
  auto x = program({folder.path() + "/program"});
  x.command.keep_alive = true;
  in_force(x);
  BOOST_TEST(hand_over() == later);
  {
    std::ofstream to{folder.path() + "/program"};
    to << "#!/bin/sh\n" << reads << "echo 250 there; done\n";
  }
  std::filesystem::permissions(folder.path() + "/program",
                               std::filesystem::perms::owner_all);
  BOOST_TEST(hand_over() == "250 2.0.0 there");
}

BOOST_AUTO_TEST_CASE(other_settings_mean_another_process) {
  in_force(
    standing(reads + "echo 250 one; done; touch $1/ended", {folder.path()}));
  BOOST_TEST(hand_over() == "250 2.0.0 one");
  in_force(standing(reads + "echo 250 two; done", {folder.path()}));
  BOOST_TEST(hand_over() == "250 2.0.0 two");
  BOOST_TEST(run_until(
    [this] { return std::filesystem::exists(folder.path() + "/ended"); }));
}

BOOST_AUTO_TEST_CASE(told_to_stop_it_lets_them_hear_the_end) {
  in_force(
    standing(reads + "echo 250 one; done; touch $1/ended", {folder.path()}));
  BOOST_TEST(hand_over() == "250 2.0.0 one");
  tell_to_stop();
  BOOST_TEST(is_gone());
  BOOST_TEST(std::filesystem::exists(folder.path() + "/ended"));
}

BOOST_AUTO_TEST_CASE(who_is_not_needed_is_ended) {
  std::vector<std::string> told;
  bool emptied = false;
  program_pool pool{loop,
                    [&](std::uint64_t number, const outlet::verdict& x) {
                      told.push_back(std::to_string(number) + ' '
                                     + to_string(x.reply));
                    },
                    [&] { emptied = true; }, 100ms};
  auto x
    = standing(reads + "echo 250 $$; done; touch $1/ended", {folder.path()});
  x.name = "filter";
  const auto job = std::make_shared<const outlet_job>(
    test::job_of(test::mail_to({"a@x.example"}), "filter", {}));
  const rules by{config::configuration{}};
  pool.start(1, x, by, job, 60s);
  BOOST_TEST(run_until([&] { return told.size() == 1; }));
  pool.start(2, x, by, job, 60s);
  BOOST_TEST(run_until([&] { return told.size() == 2; }));
  BOOST_TEST(told[0].substr(2) == told[1].substr(2));
  BOOST_TEST(pool.size() == 1U);
  BOOST_TEST(run_until([&] { return emptied; }));
  BOOST_TEST(std::filesystem::exists(folder.path() + "/ended"));
}

BOOST_AUTO_TEST_CASE(a_long_message_goes_in_pieces) {
  auto x = standing(R"sh(while read -r envelope; do
    size=${envelope##*:}; echo "250 $(head -c "${size%\}}" | cksum)"; done)sh");
  std::string text;
  for (int i = 0; text.size() < 3U << 20U; ++i)
    text += std::to_string(i) + "\r\n";
  std::string told;
  program_pool pool{
    loop, [&](std::uint64_t, const outlet::verdict& y) { told = y.reply.text; },
    [] {}};
  x.name = "filter";
  const rules by{config::configuration{}};
  pool.start(1, x, by,
             std::make_shared<const outlet_job>(test::job_of(
               test::mail_to({"a@x.example"}, text), "filter", {})),
             60s);
  BOOST_TEST(run_until([&] { return !told.empty(); }));
  BOOST_TEST(told.ends_with(' ' + std::to_string(text.size())), told);
}

BOOST_AUTO_TEST_SUITE_END()
