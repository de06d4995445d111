#include "mail/queue/report_pace.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace stagepost;
using namespace std::chrono_literals;

namespace {

struct with_a_pace {
  queue::time_point now{std::chrono::seconds{1'795'255'200}};
  queue::report_pace pace{100};

  std::chrono::milliseconds wait(const std::string& address = "a@example.org",
                                 std::uint32_t limit = 60) {
    return pace.next(address, limit, now).value_or(-1ms);
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(report_pace, with_a_pace)

BOOST_AUTO_TEST_CASE(a_minute_s_worth_goes_at_once_the_rest_in_turn) {
  for (int n = 0; n < 60; ++n)
    BOOST_TEST((wait() == 0ms));
  BOOST_TEST((wait() == 1s));
  BOOST_TEST((wait() == 2s));
  now += 1min;
  for (int n = 0; n < 58; ++n)
    BOOST_TEST((wait() == 0ms));
  BOOST_TEST((wait() == 1s));
}

BOOST_AUTO_TEST_CASE(addresses_do_not_disturb_each_other) {
  for (int n = 0; n < 61; ++n)
    wait("a@example.org");
  BOOST_TEST((wait("b@example.org") == 0ms));
  BOOST_TEST((wait("A@Example.org") > 0ms)); // the same one
}

BOOST_AUTO_TEST_CASE(what_would_wait_for_days_is_not_sent) {
  int sent = 0;
  while (wait("a@example.org", 1) >= 0ms && sent < 10'000)
    ++sent;
  BOOST_TEST(sent == 24 * 60 + 1);
  BOOST_TEST((wait("a@example.org", 1) == -1ms)); // nor does it take a place
  now += 1min;
  BOOST_TEST((wait("a@example.org", 1) == 24h));
}

BOOST_AUTO_TEST_CASE(without_a_limit_nothing_waits) {
  for (int n = 0; n < 100'000; ++n)
    if (wait("a@example.org", 0) != 0ms)
      BOOST_FAIL("it waits");
}

BOOST_AUTO_TEST_CASE(memory_is_bounded_and_who_had_much_is_remembered) {
  for (int n = 0; n < 100; ++n)
    wait("much@example.org");
  for (int n = 0; n < 1000; ++n)
    wait("other" + std::to_string(n) + "@example.org");
  BOOST_TEST((wait("much@example.org") > 0ms));
}

BOOST_AUTO_TEST_SUITE_END()
