#include "mail/outlet/circuit_breaker.hpp"

#include <boost/test/unit_test.hpp>

using namespace std::chrono_literals;
using breaker = stagepost::outlet::circuit_breaker;
using change = breaker::change;

namespace {

struct fixture {
  breaker x;
  breaker::time_point now{1h};

  change fail() {
    BOOST_TEST(x.may_go(now));
    return x.failed(now, x.probing());
  }
  void open() {
    for (int i = 1; i < 5; ++i)
      BOOST_TEST((fail() == change::none));
    BOOST_TEST((fail() == change::opened));
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(circuit_breaker, fixture)

BOOST_AUTO_TEST_CASE(it_opens_after_five_failures_in_a_row) {
  open();
  BOOST_TEST(x.open());
  BOOST_TEST(!x.may_go(now));
}

BOOST_AUTO_TEST_CASE(an_answer_between_failures_begins_the_count_again) {
  for (int i = 0; i < 4; ++i)
    fail();
  BOOST_TEST((x.answered() == change::none));
  for (int i = 0; i < 4; ++i)
    BOOST_TEST((fail() == change::none));
  BOOST_TEST(!x.open());
  BOOST_TEST((fail() == change::opened));
}

BOOST_AUTO_TEST_CASE(one_probe_goes_after_five_seconds) {
  open();
  BOOST_TEST(!x.may_go(now + 4999ms));
  now += 5s;
  BOOST_TEST(!x.turns_away(now));
  BOOST_TEST(x.may_go(now));
  BOOST_TEST(x.turns_away(now));
  BOOST_TEST(!x.may_go(now + 1h));
}

BOOST_AUTO_TEST_CASE(each_failed_probe_doubles_the_wait_up_to_a_minute) {
  open();
  auto wait = 5s;
  for (const auto next : {10s, 20s, 40s, 60s, 60s}) {
    BOOST_TEST(!x.may_go(now + wait - 1ms));
    now += wait;
    BOOST_TEST((fail() == change::none));
    wait = next;
    BOOST_TEST((x.next_probe() == now + wait));
  }
}

BOOST_AUTO_TEST_CASE(an_answered_probe_closes_it) {
  open();
  now += 5s;
  BOOST_TEST(x.may_go(now));
  BOOST_TEST((x.answered() == change::closed));
  BOOST_TEST(!x.open());
  open(); // and the next wait is the first one again
  BOOST_TEST((x.next_probe() == now + 5s));
}

BOOST_AUTO_TEST_CASE(an_answer_to_a_job_from_before_closes_it_too) {
  open();
  BOOST_TEST((x.answered() == change::closed));
  BOOST_TEST(x.may_go(now));
}

BOOST_AUTO_TEST_CASE(a_failure_from_before_does_not_lengthen_the_wait) {
  open();
  BOOST_TEST((x.failed(now + 1s, false) == change::none));
  now += 5s;
  BOOST_TEST(x.may_go(now));
  BOOST_TEST((x.failed(now + 1s, false) == change::none));
  BOOST_TEST(x.probing());
}

BOOST_AUTO_TEST_CASE(a_probe_that_never_asked_leaves_its_place_to_the_next) {
  open();
  now += 5s;
  BOOST_TEST(x.may_go(now));
  x.unasked(true);
  BOOST_TEST(x.may_go(now));
  x.unasked(false);
  BOOST_TEST(!x.may_go(now));
}

BOOST_AUTO_TEST_SUITE_END()
