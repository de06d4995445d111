#include "shard_fixture.hpp"

using namespace stagepost;
using namespace std::chrono_literals;

namespace {

using lines = std::vector<std::string>;

const std::string queued = "250 2.0.0 Queued as ";

} // namespace

// The shard and its database, which holds, fails, dies and comes back.
BOOST_FIXTURE_TEST_SUITE(shard_journal, test::shard_fixture)

BOOST_AUTO_TEST_CASE(a_client_hears_250_only_when_its_message_is_durable) {
  database.how = mood::holds;
  start_shard();
  const auto x = message();
  submit(x);
  BOOST_REQUIRE(database.seen.size() == 1U);
  BOOST_TEST(last_batch().arrivals.size() == 1U);
  wait(5s);
  BOOST_TEST(heard.empty());
  commit_held();
  BOOST_TEST((heard == lines{queued + to_string(x.what->id)}));
}

BOOST_AUTO_TEST_CASE(what_comes_during_a_commit_shares_the_next_one) {
  database.how = mood::holds;
  start_shard();
  for (int i = 0; i < 4; ++i)
    submit(message());
  BOOST_TEST(database.seen.size() == 1U);
  commit_held();
  BOOST_TEST(heard.size() == 1U);
  BOOST_REQUIRE(database.seen.size() == 2U);
  BOOST_TEST(last_batch().arrivals.size() == 3U);
  commit_held();
  BOOST_TEST(heard.size() == 4U);
}

BOOST_AUTO_TEST_CASE(nothing_is_committed_before_the_shard_is_ours) {
  database.owned = false;
  start_shard();
  submit(message());
  BOOST_TEST(database.seen.empty());
  database.owned = true;
  wait(250ms);
  BOOST_TEST(database.epoch == 1);
  BOOST_TEST(heard.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_journal_that_dies_and_comes_back_gets_the_same_batch) {
  start_shard();
  database.how = mood::crashes;
  submit(message());
  submit(message());
  wait(1s);
  BOOST_TEST(heard.empty());
  BOOST_TEST(database.seen.size() == 1U);
  database.how = mood::works;
  start_journal();
  wait(250ms);
  BOOST_REQUIRE(database.seen.size() >= 2U);
  BOOST_TEST((database.seen[1] == database.seen[0]));
  BOOST_TEST(heard.size() == 2U);
  wait(1min);
  BOOST_TEST(heard.size() == 2U); // each hears it once
  BOOST_TEST(heard[0] != heard[1]);
}

BOOST_AUTO_TEST_CASE(a_journal_that_dies_idle_is_waited_for) {
  start_shard();
  stop(std::exchange(journal, nullptr), caf::exit_reason::kill);
  submit(message());
  wait(1s);
  BOOST_TEST(heard.empty());
  start_journal();
  wait(250ms);
  BOOST_REQUIRE(heard.size() == 1U);
  BOOST_TEST(heard[0].starts_with(queued));
  BOOST_TEST(database.seen.size() == 2U); // the message, then its delivery
}

BOOST_AUTO_TEST_CASE(who_waits_hears_at_once_that_the_shard_crashed) {
  start_shard();
  database.how = mood::holds;
  submit(message()); // in the batch under way
  submit(message()); // in the next one
  BOOST_TEST(heard.empty());
  stop(std::exchange(shard, nullptr), caf::exit_reason::kill);
  BOOST_REQUIRE(heard.size() == 2U);
  for (const auto& x : heard)
    BOOST_TEST(x.starts_with("451 4.3.0 "));
}

BOOST_AUTO_TEST_CASE(a_short_failure_is_not_noticed_by_clients) {
  start_shard();
  database.how = mood::fails;
  submit(message());
  wait(9s);
  BOOST_TEST(heard.empty());
  BOOST_TEST(trouble_of(here).empty());
  database.how = mood::works;
  wait(250ms);
  BOOST_TEST(heard.size() == 1U);
  BOOST_TEST(heard[0].starts_with(queued));
  BOOST_TEST(here.count.commit_failures > 0U);
}

BOOST_AUTO_TEST_CASE(a_long_failure_is_told_to_clients_and_load_balancers) {
  start_shard();
  database.how = mood::fails;
  submit(message());
  submit(message());
  wait(11s);
  BOOST_REQUIRE(heard.size() == 2U);
  for (const auto& x : heard)
    BOOST_TEST(x.starts_with("451 4.3.0 "));
  BOOST_TEST(trouble_of(here) == "no queue shard can store mail");
  submit(message());
  BOOST_TEST(heard.size() == 3U); // at once now
  BOOST_TEST(heard[2].starts_with("451 4.3.0 "));
}

BOOST_AUTO_TEST_CASE(what_clients_gave_up_is_removed_when_storage_is_back) {
  start_shard();
  database.how = mood::fails;
  const auto x = message();
  submit(x);
  wait(11s);
  database.how = mood::works;
  wait(250ms);
  BOOST_TEST(last_batch().arrivals.empty());
  BOOST_TEST((last_batch().removed == std::vector{x.what->id}));
  BOOST_TEST(trouble_of(here).empty());
  BOOST_TEST(heard.size() == 1U); // 451, and no 250 after it
  BOOST_TEST(dns.asked.empty());  // nor is it delivered
  submit(message());
  BOOST_TEST(heard.back().starts_with(queued));
}

BOOST_AUTO_TEST_CASE(a_shard_that_can_not_be_taken_over_says_so_too) {
  database.owned = false;
  start_shard();
  submit(message());
  wait(9s);
  BOOST_TEST(heard.empty());
  wait(2s);
  BOOST_REQUIRE(heard.size() == 1U);
  BOOST_TEST(heard[0].starts_with("451 4.3.0 "));
  BOOST_TEST(!trouble_of(here).empty());
  database.owned = true;
  wait(250ms);
  BOOST_TEST(trouble_of(here).empty());
  submit(message());
  BOOST_TEST(heard.back().starts_with(queued));
}

BOOST_AUTO_TEST_CASE(a_shard_that_another_daemon_owns_is_left_to_it) {
  start_shard();
  database.how = mood::fenced;
  submit(message());
  BOOST_REQUIRE(heard.size() == 1U);
  BOOST_TEST(heard[0].starts_with("451 4.3.0 "));
  BOOST_TEST(!trouble_of(here).empty());
  database.how = mood::works;
  wait(1min);
  BOOST_TEST(database.seen.size() == 1U); // it never writes again
  BOOST_TEST(refuses(queue::order::kind::retry, {}));
  BOOST_TEST(dns.asked.empty());
}

BOOST_AUTO_TEST_CASE(a_shard_that_stops_lets_its_commit_end) {
  database.how = mood::holds;
  start_shard();
  submit(message());
  self->monitor(shard);
  stop(shard);
  submit(message()); // too late
  BOOST_TEST(heard.size() == 1U);
  BOOST_TEST(heard[0].starts_with("451 4.3.0 "));
  bool down = false;
  const auto look = [&] {
    self->receive([&](const caf::down_msg&) { down = true; },
                  caf::after(0s) >> [] {});
  };
  look();
  BOOST_TEST(!down);
  commit_held();
  look();
  BOOST_TEST(down);
  BOOST_TEST(heard.size() == 2U);
  BOOST_TEST(heard[1].starts_with(queued));
}

BOOST_AUTO_TEST_CASE(too_much_mail_in_line_is_refused) {
  settings.limits.queue_memory = 30;
  here.in_force.replace(settings);
  database.how = mood::holds;
  start_shard();
  submit(message());
  submit(message());
  BOOST_TEST(heard.empty());
  submit(message());
  BOOST_REQUIRE(heard.size() == 1U);
  BOOST_TEST(heard[0].starts_with("452 4.3.1 "));
}

BOOST_AUTO_TEST_SUITE_END()
