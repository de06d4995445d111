#include "server_script.hpp"

using namespace stagepost;
using namespace std::chrono_literals;

// Destinations whose servers take as much as they like, in virtual time.
BOOST_FIXTURE_TEST_SUITE(destination_pace, test::server_fixture)

BOOST_AUTO_TEST_CASE(a_server_that_is_down_is_probed_by_one_message) {
  auto& x = servers["mx.example"];
  x.how = server::refuses;
  start_shard();
  submit_some(1, "r@one.example"); // who finds out
  BOOST_TEST(x.refused == 1U);
  submit_some(50, "r@one.example");
  BOOST_TEST(x.refused == 1U);
  wait(1min);
  BOOST_TEST(x.refused == 2U);
  wait(5min);
  BOOST_TEST(x.refused == 3U);
  BOOST_TEST(here.count.deferred == 3U); // nobody else made an attempt
  x.how = server::takes;
  wait(5min - 1s);
  BOOST_TEST(x.taken.empty());
  wait(1s);
  BOOST_TEST(x.taken.size() == 51U); // all at once
  BOOST_TEST(x.refused == 3U);
}

BOOST_AUTO_TEST_CASE(one_attempt_counts_when_all_fail_together) {
  auto& x = servers["mx.example"];
  x.how = server::hangs;
  start_shard();
  submit_some(30, "r@one.example");
  BOOST_TEST(x.hanging.size() == 5U);
  x.how = server::refuses;
  for (const auto& y : std::exchange(x.hanging, {}))
    test::answer(y, {451, {4, 4, 2}, "Greeted with 421"},
                 queue::attempt::unreached, false);
  settle();
  BOOST_TEST(here.count.deferred == 1U);
  wait(1min);
  BOOST_TEST(here.count.deferred == 2U);
}

BOOST_AUTO_TEST_CASE(connections_grow_with_success_up_to_the_limit) {
  auto& x = servers["mx.example"];
  x.how = server::hangs;
  start_shard();
  submit_some(200, "r@one.example");
  BOOST_TEST(x.open == 5U);
  finish(x, 1);
  BOOST_TEST(x.open == 6U);
  finish(x, 6);
  BOOST_TEST(x.open >= 8U);
  while (!x.hanging.empty())
    finish(x);
  BOOST_TEST(x.peak == 20U);
  BOOST_TEST(x.taken.size() == 200U);
}

BOOST_AUTO_TEST_CASE(a_server_that_takes_few_connections_gets_few) {
  auto& x = servers["mx.example"];
  x.how = server::hangs;
  x.most_open = 3;
  start_shard();
  submit_some(200, "r@one.example");
  while (!x.hanging.empty())
    finish(x);
  BOOST_TEST(x.taken.size() == 200U);
  BOOST_TEST(x.peak == 3U);
  BOOST_TEST(here.count.deferred == 0U);
  BOOST_TEST(x.refused < 15U); // now and then one more is tried
}

BOOST_AUTO_TEST_CASE(a_lower_limit_counts_at_once) {
  auto& x = servers["mx.example"];
  x.how = server::hangs;
  start_shard();
  submit_some(100, "r@one.example");
  finish(x);
  finish(x);
  BOOST_TEST(x.open > 2U);
  settings.delivery.defaults.connections = 2;
  here.in_force.replace(settings);
  submit_some(1, "r@two.example");
  finish(x);
  BOOST_TEST(x.open == 2U);
}

BOOST_AUTO_TEST_CASE(a_mailing_delays_nobody_else_for_long) {
  auto& x = servers["mx.example"];
  x.how = server::hangs;
  settings.delivery.defaults.connections = 1;
  here.in_force.replace(settings);
  start_shard();
  submit_some(300, "r@one.example", "news@bulk.example");
  finish(x);
  submit_some(1, "r@one.example", "reset@bank.example");
  const auto before = x.taken.size();
  while (std::count(x.taken.begin(), x.taken.end(), "reset@bank.example") == 0)
    finish(x);
  BOOST_TEST(x.taken.size() - before <= 4U);
}

BOOST_AUTO_TEST_CASE(a_server_that_hangs_slows_no_other) {
  servers["mx.a.example"].how = server::hangs;
  start_shard();
  for (int n = 0; n < 100; ++n) {
    submit_some(1, "r@a.example");
    submit_some(1, "r@b.example");
    submit_some(1, "r@c.example");
  }
  BOOST_TEST(servers["mx.a.example"].taken.empty());
  BOOST_TEST(servers["mx.b.example"].taken.size() == 100U);
  BOOST_TEST(servers["mx.example"].taken.size() == 100U);
}

BOOST_AUTO_TEST_CASE(the_database_s_part_of_the_queue_flows_too) {
  auto& x = servers["mx.example"];
  x.how = server::refuses;
  settings.delivery.retry = *retry_schedule::parse("2h");
  here.in_force.replace(settings);
  rows.body = std::make_shared<memory_content>("Subject: x\r\n\r\nHi\r\n");
  start_shard();
  const auto first = message("r@one.example");
  submit(first);
  rows.due = {stored(first)}; // as the database has it from now on
  rows.due[0].recipients[0].next_at = here.now() + 2h;
  rows.due[0].recipients[0].state = queue::recipient_state::deferred;
  wait(30min);
  x.how = server::takes;
  submit_some(1, "r@one.example", "t@example.org");
  wait(1s);
  BOOST_TEST(x.taken.size() == 2U);
}

BOOST_AUTO_TEST_CASE(who_waits_for_a_server_expires_all_the_same) {
  servers["mx.example"].how = server::refuses;
  rows.body = std::make_shared<memory_content>("Subject: x\r\n\r\nHi\r\n");
  settings.delivery.warn_after = 0s;
  settings.delivery.retry = *retry_schedule::parse("15m");
  here.in_force.replace(settings);
  start_shard();
  submit_some(3, "r@one.example", "");
  for (int day = 0; day < 5; ++day)
    for (int n = 0; n < 24 * 4; ++n)
      pass(15min);
  pass(16min);
  BOOST_TEST(here.count.failed == 3U);
  // One probe every quarter of an hour: the destination, which ends for want
  // of work between them, takes none along.
  BOOST_TEST(servers["mx.example"].refused < 500U);
}

BOOST_AUTO_TEST_SUITE_END()
