#include "actors/guards/client_key.hpp"

#include <boost/test/unit_test.hpp>

#include <unordered_set>

using namespace stagepost;

BOOST_AUTO_TEST_SUITE(client_key)

BOOST_AUTO_TEST_CASE(a_client_is_an_address_or_a_network_of_64_bits) {
  constexpr struct {
    const char* address;
    const char* client;
  } cases[] = {
    {"192.0.2.1", "192.0.2.1"},
    {"0.0.0.0", "0.0.0.0"},
    {"255.255.255.255", "255.255.255.255"},
    {"::ffff:192.0.2.1", "192.0.2.1"},
    {"::ffff:c000:201", "192.0.2.1"},
    {"::192.0.2.1", "::/64"}, // not mapped: RFC 4291, 2.5.5.1
    {"2001:db8::1", "2001:db8::/64"},
    {"2001:db8:0:1::1", "2001:db8:0:1::/64"},
    {"2001:DB8:0:1:ffff:ffff:ffff:ffff", "2001:db8:0:1::/64"},
    {"2001:db8:0:1::192.0.2.1", "2001:db8:0:1::/64"},
    {"fe80::1%eth0", "fe80::/64"},
    {"::1", "::/64"},
    {"ffff:ffff:ffff:ffff::", "ffff:ffff:ffff:ffff::/64"},
    {"", "unknown"},
    {"mx.example.com", "unknown"},
    {"192.0.2", "unknown"},
    {"192.0.2.1/32", "unknown"},
    {"[2001:db8::1]", "unknown"},
  };
  for (const auto& x : cases)
    BOOST_TEST(stagepost::client_key{x.address}.text() == x.client, x.address);
}

BOOST_AUTO_TEST_CASE(those_who_are_one_client_are_equal_and_others_are_not) {
  using key = stagepost::client_key;
  const std::unordered_set<key> known{
    key{"192.0.2.1"},  key{"192.0.2.2"},      key{"::c000:201:0:0:0:0"},
    key{"2001:db8::"}, key{"2001:db8:0:1::"}, key{}};
  BOOST_TEST(known.size() == 6U);
  BOOST_TEST(known.contains(key{"::ffff:192.0.2.2"}));
  BOOST_TEST(known.contains(key{"2001:db8::ffff"}));
  BOOST_TEST(known.contains(key{"nobody"}));
  BOOST_TEST(!known.contains(key{"192.0.2.3"}));
}

BOOST_AUTO_TEST_SUITE_END()
