#include "actors/runtime/restart_policy.hpp"

#include <boost/test/unit_test.hpp>

using namespace stagepost;
using namespace std::chrono_literals;

namespace {

const restart_policy::clock::time_point start{};

} // namespace

BOOST_AUTO_TEST_SUITE(restart_policy)

BOOST_AUTO_TEST_CASE(the_wait_doubles_up_to_its_limit) {
  stagepost::restart_policy x{{100ms, 1s, 60s, 10}};
  for (const auto wait : {100ms, 200ms, 400ms, 800ms, 1000ms, 1000ms}) {
    const auto got = x.died(start);
    BOOST_REQUIRE(got.has_value());
    BOOST_TEST(got->count() == wait.count());
  }
}

BOOST_AUTO_TEST_CASE(more_deaths_than_allowed_are_too_many) {
  stagepost::restart_policy x{{100ms, 1s, 60s, 3}};
  for (int i = 0; i < 3; ++i)
    BOOST_TEST(x.died(start + i * 1s).has_value());
  BOOST_TEST(!x.died(start + 3s).has_value());
}

BOOST_AUTO_TEST_CASE(deaths_are_forgiven_when_the_window_has_passed) {
  stagepost::restart_policy x{{100ms, 10s, 60s, 3}};
  x.died(start);
  x.died(start + 10s);
  x.died(start + 20s);
  const auto first_forgiven = x.died(start + 60s);
  BOOST_REQUIRE(first_forgiven.has_value());
  BOOST_TEST(first_forgiven->count() == 400);
  const auto all_forgiven = x.died(start + 1h);
  BOOST_REQUIRE(all_forgiven.has_value());
  BOOST_TEST(all_forgiven->count() == 100);
}

BOOST_AUTO_TEST_CASE(a_death_just_inside_the_window_still_counts) {
  stagepost::restart_policy x{{100ms, 10s, 60s, 1}};
  BOOST_TEST(x.died(start).has_value());
  BOOST_TEST(!x.died(start + 60s - 1ns).has_value());
}

BOOST_AUTO_TEST_CASE(no_death_may_be_allowed_at_all) {
  stagepost::restart_policy x{{100ms, 1s, 60s, 0}};
  BOOST_TEST(!x.died(start).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
