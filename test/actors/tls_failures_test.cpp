#include "actors/queue/tls_failures.hpp"

#include <boost/test/unit_test.hpp>

using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(tls_failures)

BOOST_AUTO_TEST_CASE(a_failure_is_remembered_for_an_hour) {
  stagepost::tls_failures x;
  const stagepost::tls_failures::time_point start{1000s};
  BOOST_TEST(!x.knows("192.0.2.1:25", start));
  x.remember("192.0.2.1:25", start);
  BOOST_TEST(x.knows("192.0.2.1:25", start));
  BOOST_TEST(x.knows("192.0.2.1:25", start + 59min));
  BOOST_TEST(!x.knows("192.0.2.1:26", start));
  BOOST_TEST(!x.knows("192.0.2.1:25", start + 1h));
}

BOOST_AUTO_TEST_CASE(there_is_room_for_so_many) {
  stagepost::tls_failures x(2);
  const stagepost::tls_failures::time_point start{1000s};
  x.remember("b", start + 1s);
  x.remember("a", start);
  x.remember("c", start + 2s);
  BOOST_TEST(!x.knows("a", start + 2s));
  BOOST_TEST((x.knows("b", start + 2s) && x.knows("c", start + 2s)));
  x.remember("d", start + 1h + 2s);
  BOOST_TEST(x.knows("d", start + 1h + 2s));
}

BOOST_AUTO_TEST_SUITE_END()
