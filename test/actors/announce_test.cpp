#include "actors/announce.hpp"

#include <boost/test/unit_test.hpp>

using namespace stagepost;

BOOST_AUTO_TEST_SUITE(announce)

BOOST_AUTO_TEST_CASE(an_address_is_told_as_it_is_written_in_the_file) {
  BOOST_TEST(address_with_port("192.0.2.1", 25) == "192.0.2.1:25");
  BOOST_TEST(address_with_port("::1", 2525) == "[::1]:2525");
}

BOOST_AUTO_TEST_CASE(nobody_is_sent_to_a_wildcard) {
  BOOST_TEST(local_address("0.0.0.0", 25) == "127.0.0.1:25");
  BOOST_TEST(local_address("::", 25) == "[::1]:25");
  BOOST_TEST(local_address("192.0.2.1", 25) == "192.0.2.1:25");
}

BOOST_AUTO_TEST_SUITE_END()
