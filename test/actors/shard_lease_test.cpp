#include "server_script.hpp"

using namespace stagepost;
using namespace std::chrono_literals;

// One shard and two daemons that want it, in virtual time: of the other one
// only what the database would say of it.
BOOST_FIXTURE_TEST_SUITE(shard_lease, test::server_fixture)

BOOST_AUTO_TEST_CASE(an_owner_renews_its_lease_every_few_seconds) {
  start_shard();
  wait(1min);
  BOOST_TEST(database.renewals >= 18U);
  BOOST_TEST(database.renewals <= 21U);
  BOOST_TEST(database.epoch == 1);
}

BOOST_AUTO_TEST_CASE(a_clock_that_is_set_back_does_not_cost_the_lease) {
  start_shard();
  wait(5s);
  clock_step = -2h;
  wait(1min);
  BOOST_TEST(database.renewals >= 18U);
  BOOST_TEST(here.may_deliver(queue::id{1}, scheduler.clock().now()));
}

BOOST_AUTO_TEST_CASE(a_database_of_its_own_needs_no_lease) {
  services->exclusive = true;
  start_shard();
  wait(1min);
  BOOST_TEST(database.renewals == 0U);
  stop(std::exchange(shard, nullptr));
  BOOST_TEST(database.yields == 0U);
}

BOOST_AUTO_TEST_CASE(a_standby_waits_for_the_end_of_the_lease) {
  database.others = 10s;
  start_shard();
  BOOST_TEST(services->standby);
  BOOST_TEST(trouble_of(here).starts_with("standing by"));
  submit(message());
  BOOST_TEST(heard.at(0).starts_with("451 4.3.0 "));
  wait(5min); // the owner lives
  BOOST_TEST(services->standby);
  BOOST_TEST(database.renewals == 0U);
  BOOST_TEST(database.seen.empty());
  database.others = 0s;
  wait(1s);
  BOOST_TEST(!services->standby);
  BOOST_TEST(trouble_of(here).empty());
  BOOST_TEST(database.epoch == 1);
  submit(message());
  BOOST_TEST(heard.at(1).starts_with("250 "));
}

BOOST_AUTO_TEST_CASE(what_the_last_owner_left_is_delivered) {
  database.others = 10s;
  start_shard();
  rows.at_start = {stored(message())};
  rows.body = std::make_shared<memory_content>("Subject: x\r\n\r\nHi\r\n");
  wait(10s);
  BOOST_TEST(servers["mx.example"].taken.empty());
  database.others = 0s;
  wait(1s);
  BOOST_TEST(servers["mx.example"].taken.size() == 1U);
}

BOOST_AUTO_TEST_CASE(an_owner_that_hears_nothing_begins_no_delivery) {
  auto& x = servers["mx.example"];
  start_shard();
  database.how = mood::fails; // the database is away
  wait(7s);
  BOOST_TEST(here.may_deliver(queue::id{1}, scheduler.clock().now()));
  wait(2s);
  BOOST_TEST(!here.may_deliver(queue::id{1}, scheduler.clock().now()));
  database.how = mood::works;
  submit(message());
  BOOST_TEST(heard.size() == 1U); // it can be stored
  wait(2s);                       // and the lease is renewed
  BOOST_TEST(x.taken.size() == 1U);
}

BOOST_AUTO_TEST_CASE(an_owner_that_was_frozen_delivers_nothing_when_it_wakes) {
  auto& x = servers["mx.example"];
  x.how = server::hangs;
  start_shard();
  submit_some(20, "r@one.example");
  BOOST_TEST(x.hanging.size() == 5U);
  database.how = mood::fenced; // as another has the shard by then
  scheduler.clock().current_time += 60s;
  finish(x, 2);                       // what was on the wire
  BOOST_TEST(x.hanging.size() == 3U); // nothing new begins
  pass(0s);
  BOOST_TEST((services->lease_ends.load() == lease_clock::time_point::min()));
  BOOST_TEST(x.hanging.size() == 3U);
  shard = nullptr; // it has ended
}

BOOST_AUTO_TEST_CASE(an_orderly_stop_gives_the_lease_up) {
  auto& x = servers["mx.example"];
  x.how = server::hangs;
  start_shard();
  submit_some(1, "r@one.example");
  stop(shard);
  BOOST_TEST(database.yields == 0U); // a delivery is under way
  finish(x);
  BOOST_TEST(database.yields == 1U);
  BOOST_TEST(database.seen.back()->finished.size() == 1U); // written before
  shard = nullptr;
}

BOOST_AUTO_TEST_CASE(a_standby_has_nothing_to_give_up) {
  database.others = 10s;
  start_shard();
  stop(std::exchange(shard, nullptr));
  BOOST_TEST(database.yields == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
