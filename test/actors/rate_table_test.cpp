#include "actors/guards/rate_table.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <thread>
#include <vector>

using namespace stagepost;
using namespace std::chrono_literals;

namespace {

const rate_table::time_point start{1h};
const client_key here{"192.0.2.1"};
const client_key there{"192.0.2.2"};

struct table : stagepost::rate_table {
  bool message(std::uint32_t limit, rate_table::time_point now) {
    return take(rate::client_messages, here, 1, limit, now);
  }
  int messages(int tried, std::uint32_t limit, rate_table::time_point now) {
    int passed = 0;
    for (int i = 0; i < tried; ++i)
      passed += message(limit, now) ? 1 : 0;
    return passed;
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(rate_table, table)

BOOST_AUTO_TEST_CASE(as_many_as_the_limit_pass_at_once) {
  for (const auto limit : {1U, 2U, 7U, 60U, 1000U})
    BOOST_TEST_CONTEXT(limit) {
      table fresh;
      BOOST_TEST(fresh.messages(2000, limit, start) == static_cast<int>(limit));
    }
}

BOOST_AUTO_TEST_CASE(what_was_taken_comes_back_steadily) {
  BOOST_TEST(messages(10, 6, start) == 6);
  BOOST_TEST(!message(6, start + 10s - 1ns));
  BOOST_TEST(message(6, start + 10s));
  BOOST_TEST(!message(6, start + 10s));
  BOOST_TEST(messages(10, 6, start + 40s) == 3);
}

BOOST_AUTO_TEST_CASE(after_a_minute_of_silence_all_of_it_is_there_again) {
  BOOST_TEST(messages(10, 6, start) == 6);
  BOOST_TEST(messages(10, 6, start + 1min) == 6);
  BOOST_TEST(messages(10, 6, start + 24h) == 6);
}

BOOST_AUTO_TEST_CASE(who_keeps_to_the_limit_is_never_refused) {
  for (int i = 0; i < 10'000; ++i)
    BOOST_REQUIRE(message(7, start + i * 60s / 7 + 1us * i));
}

BOOST_AUTO_TEST_CASE(no_minute_lets_more_than_twice_the_limit_through) {
  int passed = 0;
  for (auto t = start; t < start + 1min; t += 100ms)
    passed += messages(5, 20, t);
  BOOST_TEST(passed <= 40);
  // And in the long run the limit is what is kept.
  passed = 0;
  for (auto t = start + 1min; t < start + 101min; t += 1s)
    passed += messages(5, 20, t);
  BOOST_TEST(passed == 2000);
}

BOOST_AUTO_TEST_CASE(what_is_refused_takes_nothing) {
  BOOST_TEST(messages(10, 6, start) == 6);
  BOOST_TEST(messages(10'000, 6, start + 5s) == 0);
  BOOST_TEST(message(6, start + 10s));
}

BOOST_AUTO_TEST_CASE(several_are_taken_together_or_not_at_all) {
  const auto recipients = [this](std::uint32_t n, auto now) {
    return take(rate::client_recipients, here, n, 10, now);
  };
  BOOST_TEST(recipients(8, start));
  BOOST_TEST(!recipients(3, start));
  BOOST_TEST(recipients(2, start));
  BOOST_TEST(!recipients(11, start + 1h)); // never are there so many
  BOOST_TEST(recipients(10, start + 1h));
}

BOOST_AUTO_TEST_CASE(no_limit_and_nobody_always_pass) {
  for (int i = 0; i < 1000; ++i) {
    BOOST_TEST(take(rate::client_messages, here, 1, 0, start));
    BOOST_TEST(take(rate::sender_messages, "", 1, 1, start));
  }
  BOOST_TEST((retry_after(rate::client_messages, here, 1, 0, start) == 0s));
  BOOST_TEST((retry_after(rate::sender_messages, "", 1, 1, start) == 0s));
}

BOOST_AUTO_TEST_CASE(each_key_and_each_kind_has_its_own) {
  BOOST_TEST(take(rate::client_messages, here, 1, 1, start));
  BOOST_TEST(take(rate::client_messages, there, 1, 1, start));
  BOOST_TEST(take(rate::client_recipients, here, 1, 1, start));
  BOOST_TEST(take(rate::user_messages, "a@example.com", 1, 1, start));
  BOOST_TEST(take(rate::sender_messages, "a@example.com", 1, 1, start));
  BOOST_TEST(!take(rate::client_messages, here, 1, 1, start));
  BOOST_TEST(!take(rate::sender_messages, "a@example.com", 1, 1, start));
}

BOOST_AUTO_TEST_CASE(a_name_in_other_letters_is_the_same_name) {
  BOOST_TEST(take(rate::sender_messages, "Alice@Example.com", 1, 1, start));
  BOOST_TEST(!take(rate::sender_messages, "aLICE@eXAMPLE.COM", 1, 1, start));
  const std::string endless(100'000, 'x');
  BOOST_TEST(take(rate::user_messages, endless, 1, 1, start));
  BOOST_TEST(!take(rate::user_messages, endless, 1, 1, start));
}

BOOST_AUTO_TEST_CASE(retry_after_says_when_it_passes) {
  messages(6, 6, start);
  const auto left = [this](auto now) {
    return retry_after(rate::client_messages, here, 1, 6, now).count();
  };
  BOOST_TEST(left(start) == 10);
  BOOST_TEST(left(start + 9500ms) == 1);
  BOOST_TEST(left(start + 10s) == 0);
  BOOST_TEST(left(start + 1h) == 0);
  BOOST_TEST(retry_after(rate::client_messages, here, 6, 6, start).count()
             == 60);
  BOOST_TEST(retry_after(rate::client_messages, there, 1, 6, start).count()
             == 0);
}

BOOST_AUTO_TEST_CASE(a_message_is_refused_by_the_first_limit_it_meets) {
  config::rates_section limits;
  limits.client_messages = 3;
  limits.user_messages = 2;
  limits.sender_messages = 1;
  BOOST_TEST(!take_message(limits, {here, "alice", "a@example.com"}, start));
  auto no = take_message(limits, {here, "alice", "a@example.com"}, start);
  BOOST_REQUIRE(no.has_value());
  BOOST_TEST(name_of(no->what) == "sender_messages");
  BOOST_TEST(no->retry_after.count() == 60);
  BOOST_TEST(!take_message(limits, {here, "alice", "b@example.com"}, start));
  no = take_message(limits, {here, "alice", "c@example.com"}, start);
  BOOST_REQUIRE(no.has_value());
  BOOST_TEST(name_of(no->what) == "user_messages");
  BOOST_TEST(!take_message(limits, {here, "", ""}, start));
  no = take_message(limits, {here, "", ""}, start);
  BOOST_REQUIRE(no.has_value());
  BOOST_TEST(name_of(no->what) == "client_messages");
  BOOST_TEST(!take_message(limits, {there, "", ""}, start));
}

BOOST_AUTO_TEST_CASE(connections_and_recipients_have_limits_of_their_own) {
  config::rates_section limits;
  limits.client_connections = 1;
  limits.sender_recipients = 1;
  BOOST_TEST(!take_connection(limits, here, start));
  BOOST_TEST(take_connection(limits, here, start).has_value());
  BOOST_TEST(!take_recipient(limits, {here, "", "a@example.com"}, start));
  const auto no = take_recipient(limits, {here, "", "a@example.com"}, start);
  BOOST_REQUIRE(no.has_value());
  BOOST_TEST(name_of(no->what) == "sender_recipients");
}

BOOST_AUTO_TEST_CASE(a_million_senders_do_not_free_the_busiest_one) {
  stagepost::rate_table small{10'000};
  const auto take_of = [&small](const std::string& x, auto now) {
    return small.take(rate::sender_messages, x, 1, 10, now);
  };
  for (int i = 0; i < 10; ++i)
    BOOST_TEST(take_of("busy@example.com", start));
  for (int i = 0; i < 1'000'000; ++i)
    BOOST_REQUIRE(take_of(std::to_string(i) + "@example.com", start));
  BOOST_TEST(small.forgotten() > 900'000U);
  BOOST_TEST(!take_of("busy@example.com", start));
}

BOOST_AUTO_TEST_CASE(old_keys_make_room_without_a_loss) {
  stagepost::rate_table small{10'000};
  auto now = start;
  for (int i = 0; i < 100'000; ++i, now += 60ms) // 1,000 within a minute
    BOOST_REQUIRE(small.take(rate::sender_messages,
                             std::to_string(i) + "@example.com", 1, 1, now));
  BOOST_TEST(small.forgotten() == 0U);
}

BOOST_AUTO_TEST_CASE(several_threads_take_no_more_than_one_would) {
  std::atomic<int> passed{0};
  {
    std::vector<std::jthread> crowd;
    for (int i = 0; i < 4; ++i)
      crowd.emplace_back(
        [this, &passed] { passed += messages(1000, 500, start); });
  }
  BOOST_TEST(passed == 500);
}

BOOST_AUTO_TEST_SUITE_END()
