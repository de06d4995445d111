#include "actors/guards/failure_table.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

using namespace stagepost;
using namespace std::chrono_literals;

namespace {

const failure_table::time_point start{1h};
const client_key home{"192.0.2.1"};
const client_key attacker{"203.0.113.9"};

} // namespace

BOOST_FIXTURE_TEST_SUITE(failure_table, stagepost::failure_table)

BOOST_AUTO_TEST_CASE(waits_double_from_half_a_second_to_half_a_minute) {
  int i = 0;
  for (const auto wait :
       {500ms, 1000ms, 2000ms, 4000ms, 8000ms, 16'000ms, 30'000ms, 30'000ms}) {
    const auto user = "user-" + std::to_string(i++);
    BOOST_TEST(failed(attacker, user, start).count() == wait.count());
    BOOST_TEST(delay(attacker, user, start).count() == wait.count());
  }
  BOOST_TEST(delay(home, "alice", start).count() == 0);
}

BOOST_AUTO_TEST_CASE(a_name_that_is_hammered_slows_its_user_by_5_s_at_most) {
  for (unsigned i = 0; i < 1000; ++i)
    failed(client_key{"198.51.100." + std::to_string(i % 250)}, "alice", start);
  BOOST_TEST(delay(home, "alice", start).count() == 5000);
  BOOST_TEST(!blocked(home, start));
  BOOST_TEST(delay(home, "bob", start).count() == 0);
}

BOOST_AUTO_TEST_CASE(a_client_is_blocked_until_its_failures_are_old) {
  for (int i = 0; i < 99; ++i)
    failed(attacker, "user-" + std::to_string(i), start + i * 1s);
  BOOST_TEST(!blocked(attacker, start + 99s));
  failed(attacker, "alice", start + 99s);
  BOOST_TEST(blocked(attacker, start + 99s));
  BOOST_TEST(blocked(attacker, start + 15min - 1s));
  BOOST_TEST(!blocked(attacker, start + 15min));
  BOOST_TEST(!blocked(home, start + 99s));
  BOOST_TEST(blocked(client_key{"::ffff:203.0.113.9"}, start + 99s));
}

BOOST_AUTO_TEST_CASE(a_failure_is_remembered_for_half_the_window_to_all_of_it) {
  failed(attacker, "alice", start);
  failed(attacker, "alice", start + 7min);
  const auto wait
    = [this](auto now) { return delay(attacker, "", now).count(); };
  BOOST_TEST(wait(start + 14min) == 1000);
  BOOST_TEST(wait(start + 15min) == 0);
  failed(attacker, "alice", start + 20min);
  failed(attacker, "alice", start + 28min); // the next half
  BOOST_TEST(wait(start + 34min) == 1000);
  BOOST_TEST(wait(start + 35min) == 500); // the first one is forgotten
  BOOST_TEST(wait(start + 42min) == 500);
  BOOST_TEST(wait(start + 43min) == 0);
}

BOOST_AUTO_TEST_CASE(who_fails_now_and_then_never_gathers_up) {
  for (int i = 0; i < 1000; ++i)
    BOOST_REQUIRE(failed(home, "", start + i * 10min) <= 1000ms);
}

BOOST_AUTO_TEST_CASE(who_goes_on_failing_stays_slow_and_gets_blocked) {
  auto now = start;
  int tries = 0;
  while (!blocked(attacker, now) && tries < 1000) {
    failed(attacker, "user-" + std::to_string(tries++), now);
    now += 2s; // without waiting for answers
  }
  BOOST_TEST(tries == 100);
}

BOOST_AUTO_TEST_CASE(a_success_clears_who_mistyped) {
  for (int i = 0; i < 4; ++i)
    failed(home, "alice", start);
  succeeded(home, "Alice", start + 1s);
  BOOST_TEST(delay(home, "alice", start + 1s).count() == 0);
  BOOST_TEST(failed(home, "alice", start + 2s).count() == 500);
}

BOOST_AUTO_TEST_CASE(a_success_clears_failures_of_the_half_before_too) {
  failed(home, "alice", start);
  failed(home, "alice", start + 8min);
  succeeded(home, "alice", start + 9min);
  BOOST_TEST(delay(home, "alice", start + 9min).count() == 0);
}

BOOST_AUTO_TEST_CASE(an_account_of_ones_own_buys_no_guesses_at_others) {
  for (int i = 0; i < 100; ++i) {
    failed(attacker, "victim-" + std::to_string(i), start);
    succeeded(attacker, "mallory", start);
  }
  BOOST_TEST(blocked(attacker, start));
}

BOOST_AUTO_TEST_CASE(failing_at_ones_own_name_wins_nothing) {
  for (int i = 0; i < 50; ++i)
    failed(attacker, "victim", start);
  for (int i = 0; i < 20; ++i)
    failed(attacker, "mallory", start);
  succeeded(attacker, "mallory", start);
  for (int i = 0; i < 49; ++i)
    failed(attacker, "victim", start);
  BOOST_TEST(!blocked(attacker, start));
  failed(attacker, "victim", start);
  BOOST_TEST(blocked(attacker, start));
}

BOOST_AUTO_TEST_CASE(names_of_any_kind_wait_alike) {
  unsigned host = 0;
  for (const std::string name :
       {"alice", "no such user", "\xff\xfe", "' or 1=1"}) {
    const client_key client{"198.51.100." + std::to_string(++host)};
    BOOST_TEST(failed(client, name, start).count() == 500);
    BOOST_TEST(failed(client, name, start).count() == 1000);
  }
}

BOOST_AUTO_TEST_CASE(what_names_no_user_counts_for_the_client_alone) {
  BOOST_TEST(failed(home, "", start).count() == 500);
  BOOST_TEST(failed(attacker, "", start).count() == 500);
  BOOST_TEST(delay(client_key{"192.0.2.7"}, "", start).count() == 0);
}

BOOST_AUTO_TEST_CASE(a_million_clients_do_not_free_a_blocked_one) {
  stagepost::failure_table small{{.most_keys = 4096}};
  for (int i = 0; i < 100; ++i)
    small.failed(attacker, "", start);
  config::ip_address x{.v6 = true};
  for (std::uint32_t i = 0; i < 1'000'000; ++i) {
    for (unsigned j = 0; j < 4; ++j)
      x.octets[j] = static_cast<std::uint8_t>(i >> 8 * j);
    small.failed(client_key{x}, "", start);
  }
  BOOST_TEST(small.forgotten() > 900'000U);
  BOOST_TEST(small.blocked(attacker, start));
}

BOOST_AUTO_TEST_SUITE_END()
