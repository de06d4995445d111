#include "mail/retry_schedule.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

using namespace stagepost;
using std::chrono::seconds;

BOOST_AUTO_TEST_SUITE(retry_schedule)

BOOST_AUTO_TEST_CASE(waits_come_in_order_and_the_last_goes_on_for_ever) {
  const auto x = stagepost::retry_schedule::parse("1m,5m*2,15m,1h*3,4h");
  BOOST_REQUIRE(x.has_value());
  const std::int64_t minutes[] = {1, 5, 5, 15, 60, 60, 60, 240, 240, 240};
  std::size_t attempt = 0;
  for (const auto m : minutes)
    BOOST_TEST(x->after(++attempt).count() == m * 60);
  BOOST_TEST(x->after(std::size_t(-1)).count() == 4 * 3600);
}

BOOST_AUTO_TEST_CASE(no_attempt_counts_as_the_first) {
  BOOST_TEST(stagepost::retry_schedule().after(0).count() == 60);
}

BOOST_AUTO_TEST_CASE(the_default_is_one_minute_then_five) {
  const stagepost::retry_schedule x;
  BOOST_TEST(x.after(1).count() == 60);
  BOOST_TEST(x.after(2).count() == 300);
  BOOST_TEST(x.after(3).count() == 300);
}

BOOST_AUTO_TEST_CASE(all_units_and_spaces_are_read) {
  const auto x = stagepost::retry_schedule::parse("1s, 2m , 3h,30d * 997");
  BOOST_REQUIRE(x.has_value());
  BOOST_TEST(x->after(1).count() == 1);
  BOOST_TEST(x->after(2).count() == 120);
  BOOST_TEST(x->after(3).count() == 10800);
  BOOST_TEST(x->after(1000).count() == 30 * 86400);
}

BOOST_AUTO_TEST_CASE(what_is_not_in_the_grammar_is_refused) {
  for (const auto* text :
       {"", ",", "1m,", ",1m", "1", "m", "1w", "1M", "-1m", "+1m", "1.5m",
        "1m*", "1m*x", "1m**2", "1m2", "1 m", "1m*2*2", "1m;2m", "0x1m"}) {
    const auto x = stagepost::retry_schedule::parse(text);
    BOOST_TEST_CONTEXT(text) {
      BOOST_REQUIRE(!x.has_value());
      BOOST_TEST(x.error() == make_error_code(format_errc::syntax));
    }
  }
}

BOOST_AUTO_TEST_CASE(impossible_numbers_are_refused) {
  for (const auto* text :
       {"0s", "31d", "30d,721h", "1m*0", "1m*1001", "1m*500,1h*501",
        "99999999999999999999s", "1s*99999999999999999999",
        "18446744073709551615d", "2592001s"}) {
    const auto x = stagepost::retry_schedule::parse(text);
    BOOST_TEST_CONTEXT(text) {
      BOOST_REQUIRE(!x.has_value());
      BOOST_TEST(x.error() == make_error_code(format_errc::out_of_range));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_wait_gets_longer_by_no_more_than_was_asked_for) {
  using namespace std::chrono_literals;
  std::set<std::int64_t> seen;
  for (std::uint64_t salt = 0; salt < 1000; ++salt) {
    const auto x = stagepost::spread(100s, 10, salt);
    BOOST_TEST((x >= 100s && x <= 110s));
    BOOST_TEST((x == stagepost::spread(100s, 10, salt)));
    seen.insert(x.count() / 1000);
  }
  BOOST_TEST(seen.size() >= 10U); // all over the range
  BOOST_TEST((stagepost::spread(100s, 0, 7) == 100s));
  BOOST_TEST((stagepost::spread(30 * 24h, 100, 7) <= 60 * 24h));
}

BOOST_AUTO_TEST_SUITE_END()
