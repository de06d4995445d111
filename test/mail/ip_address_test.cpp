#include "mail/ip_address.hpp"

#include <boost/test/unit_test.hpp>

using namespace stagepost;

BOOST_AUTO_TEST_SUITE(ip_address)

BOOST_AUTO_TEST_CASE(addresses_of_both_kinds_are_known) {
  for (const auto* text :
       {"0.0.0.0", "192.0.2.1", "255.255.255.255", "::", "::1", "2001:db8::1",
        "2001:DB8:0:0:8:800:200C:417A", "::ffff:192.0.2.1"})
    BOOST_TEST(is_ip_address(text), text);
}

BOOST_AUTO_TEST_CASE(what_is_no_address_is_none) {
  for (const auto* text : {"",
                           " ",
                           "localhost",
                           "mx.example.com",
                           "1",
                           "1.2.3",
                           "1.2.3.4.5",
                           "256.0.0.1",
                           "1.2.3.4 ",
                           " 1.2.3.4",
                           "1.2.3.4:25",
                           "1.2.3.4/8",
                           "0x7f.0.0.1",
                           "1.2.3.x",
                           "[192.0.2.1]",
                           "[::1]",
                           "IPv6:::1",
                           ":",
                           ":::",
                           "1::2::3",
                           "12345::",
                           "2001:db8::1%eth0",
                           "::1/128",
                           "1:2:3:4:5:6:7:8:9",
                           "-1.2.3.4",
                           "1..2.3"})
    BOOST_TEST(!is_ip_address(text), text);
}

BOOST_AUTO_TEST_CASE(an_address_ends_where_its_text_ends) {
  BOOST_TEST(!is_ip_address(std::string("192.0.2.1\0.example.com", 22)));
  BOOST_TEST(!is_ip_address(std::string("::1\0", 4)));
}

BOOST_AUTO_TEST_CASE(the_loopback_is_known) {
  for (const auto* text :
       {"127.0.0.1", "127.255.0.9", "::1", "0:0::1", "::ffff:127.0.0.1"})
    BOOST_TEST(is_loopback(text), text);
  for (const auto* text :
       {"", "128.0.0.1", "10.127.0.1", "::", "::2", "::ffff:10.0.0.1",
        "::127.0.0.1", "localhost", "127.1", "[::1]"})
    BOOST_TEST(!is_loopback(text), text);
}

BOOST_AUTO_TEST_CASE(an_address_has_one_short_form) {
  const std::pair<const char*, const char*> table[] = {
    {"192.0.2.1", "192.0.2.1"},
    {"2001:DB8:0:0:8:800:200C:417A", "2001:db8::8:800:200c:417a"},
    {"0::0001", "::1"},
    {"::ffff:192.0.2.1", "192.0.2.1"},
    {"::FFFF:C000:0201", "192.0.2.1"},
    {"192.0.2.256", ""},
    {"[::1]", ""},
    {"", ""},
  };
  for (const auto& [text, expected] : table)
    BOOST_TEST(short_ip(text) == expected);
  BOOST_TEST(short_ip(std::string("::1\0", 4)).empty());
}

BOOST_AUTO_TEST_SUITE_END()
