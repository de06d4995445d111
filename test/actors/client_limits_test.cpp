#include "actors/client_limits.hpp"

#include <boost/test/unit_test.hpp>

using namespace stagepost;

namespace {

using answer = stagepost::client_limits::answer;

} // namespace

BOOST_FIXTURE_TEST_SUITE(client_limits, stagepost::client_limits)

BOOST_AUTO_TEST_CASE(all_are_welcome_up_to_the_limit) {
  BOOST_TEST((enter("192.0.2.1", 2, 9) == answer::welcome));
  BOOST_TEST((enter("192.0.2.2", 2, 9) == answer::welcome));
  BOOST_TEST((enter("192.0.2.3", 2, 9) == answer::too_many));
  BOOST_TEST(in_all() == 2U);
  leave("192.0.2.1");
  BOOST_TEST((enter("192.0.2.3", 2, 9) == answer::welcome));
}

BOOST_AUTO_TEST_CASE(one_address_takes_only_its_share) {
  BOOST_TEST((enter("192.0.2.1", 9, 2) == answer::welcome));
  BOOST_TEST((enter("192.0.2.1", 9, 2) == answer::welcome));
  BOOST_TEST((enter("192.0.2.1", 9, 2) == answer::too_many_of_host));
  BOOST_TEST((enter("192.0.2.2", 9, 2) == answer::welcome));
  leave("192.0.2.1");
  BOOST_TEST((enter("192.0.2.1", 9, 2) == answer::welcome));
}

BOOST_AUTO_TEST_CASE(who_was_refused_was_not_counted) {
  enter("192.0.2.1", 9, 1);
  for (int i = 0; i < 5; ++i)
    enter("192.0.2.1", 9, 1);
  BOOST_TEST(in_all() == 1U);
  leave("192.0.2.1");
  BOOST_TEST(in_all() == 0U);
  BOOST_TEST((enter("192.0.2.1", 9, 1) == answer::welcome));
}

BOOST_AUTO_TEST_CASE(who_never_came_can_not_leave) {
  enter("192.0.2.1", 9, 9);
  leave("192.0.2.2");
  BOOST_TEST(in_all() == 1U);
}

BOOST_AUTO_TEST_CASE(a_network_of_64_bits_takes_the_share_of_one_host) {
  BOOST_TEST((enter("2001:db8:0:1::1", 9, 2) == answer::welcome));
  BOOST_TEST((enter("2001:db8:0:1:ffff::2", 9, 2) == answer::welcome));
  BOOST_TEST((enter("2001:db8:0:1::3", 9, 2) == answer::too_many_of_host));
  BOOST_TEST((enter("2001:db8:0:2::3", 9, 2) == answer::welcome));
  leave("2001:db8:0:1::99"); // one of them, whichever
  BOOST_TEST((enter("2001:db8:0:1::3", 9, 2) == answer::welcome));
}

BOOST_AUTO_TEST_SUITE_END()
