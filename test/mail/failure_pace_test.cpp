#include "mail/outlet/failure_pace.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace stagepost;
using namespace std::chrono_literals;

namespace {

struct with_a_pace {
  queue::time_point now{std::chrono::seconds{1'795'255'200}};
  outlet::failure_pace pace{100};
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(failure_pace, with_a_pace)

BOOST_AUTO_TEST_CASE(a_sender_gets_so_many_an_hour) {
  for (int n = 0; n < 20; ++n)
    BOOST_TEST(pace.take("a@example.org", "", 20, now));
  BOOST_TEST(!pace.take("A@example.org", "", 20, now));
  BOOST_TEST(pace.take("b@example.org", "", 20, now));
  now += 3min;
  BOOST_TEST(pace.take("a@example.org", "", 20, now));
  BOOST_TEST(!pace.take("a@example.org", "", 20, now));
  BOOST_TEST(pace.take("a@example.org", "", 0, now)); // no limit
}

BOOST_AUTO_TEST_CASE(a_message_that_comes_again_is_told_of_once) {
  BOOST_TEST(pace.take("a@example.org", "1@x", 20, now));
  now += 5min;
  BOOST_TEST(!pace.take("a@example.org", "1@x", 20, now));
  BOOST_TEST(pace.take("a@example.org", "2@x", 20, now));
  BOOST_TEST(pace.take("b@example.org", "1@x", 20, now));
  now += outlet::failure_pace::again_after;
  BOOST_TEST(pace.take("a@example.org", "1@x", 20, now));
}

BOOST_AUTO_TEST_CASE(what_was_over_the_pace_counts_as_not_told) {
  BOOST_TEST(pace.take("a@example.org", "1@x", 1, now));
  BOOST_TEST(!pace.take("a@example.org", "2@x", 1, now));
  now += 1h;
  BOOST_TEST(pace.take("a@example.org", "2@x", 1, now));
}

BOOST_AUTO_TEST_CASE(it_remembers_a_bounded_crowd) {
  for (int n = 0; n < 1'000; ++n)
    BOOST_TEST(pace.take(std::to_string(n), std::to_string(n), 20, now));
}

BOOST_AUTO_TEST_SUITE_END()
