#include "net/dns_records.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace stagepost::net;
using namespace std::string_literals;

BOOST_AUTO_TEST_SUITE(dns_records)

BOOST_AUTO_TEST_CASE(an_mx_record_is_a_preference_and_a_name) {
  auto x = parse_mx("\1\2\2MX\7example\0"s);
  BOOST_REQUIRE(x.has_value());
  BOOST_TEST(x->preference == 258U);
  BOOST_TEST(x->host == "mx.example");
  x = parse_mx("\0\0\0"s);
  BOOST_REQUIRE(x.has_value());
  BOOST_TEST(x->host == "");
}

BOOST_AUTO_TEST_CASE(hostile_mx_records_are_refused) {
  const std::string table[] = {
    ""s,
    "\0"s,
    "\0\1"s,
    "\0\1\2mx"s,     // no end
    "\0\1\3mx\0"s,   // label longer than the data
    "\0\1\2mx\0x"s,  // something after the end
    "\0\1\xc0\x0c"s, // a compression pointer
    "\0\1\3m.x\0"s,  // a dot within a label
    "\0\1\3m\0x\0"s, // a NUL
    "\0\1\3m\nx\0"s, // a line end
    "\0\1\2m\xff\0"s,
    "\0\1\x40"s + std::string(64, 'a') + "\0"s,
  };
  for (const auto& x : table)
    BOOST_TEST(!parse_mx(x).has_value());
  std::string name;
  for (int i = 0; i < 4; ++i)
    name += "\x3f"s + std::string(63, 'a');
  BOOST_TEST(!parse_mx("\0\1"s + name + "\0"s).has_value());
}

BOOST_AUTO_TEST_CASE(addresses_have_names_of_their_own) {
  BOOST_TEST(reverse_name("192.0.2.1") == "1.2.0.192.in-addr.arpa");
  BOOST_TEST(reverse_name("2001:db8::567:89ab")
             == "b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0"
                ".2.ip6.arpa");
  BOOST_TEST(reverse_name("mx.example").empty());
  BOOST_TEST(reverse_name("").empty());
}

BOOST_AUTO_TEST_CASE(a_ptr_record_is_a_name) {
  BOOST_TEST(parse_ptr("\2MX\7example\0"s).value() == "mx.example");
  for (const auto& x :
       {""s, "\0"s, "\2mx"s, "\2mx\0x"s, "\xc0\x0c"s, "\3m\nx\0"s, "\3m x\0"s})
    BOOST_TEST(!parse_ptr(x).has_value());
}

BOOST_AUTO_TEST_CASE(a_null_mx_among_others_counts_for_nothing) {
  auto x = mx_hosts({"\0\0\0"s, "\0\1\1b\0"s, "junk", "\0\0\1a\0"s});
  BOOST_REQUIRE(x.size() == 2U);
  BOOST_TEST(x[0].host == "a");
  BOOST_TEST(x[1].host == "b");
  BOOST_TEST(mx_hosts({"\0\0\0"s}).size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_text_is_strings_in_a_row) {
  BOOST_TEST(parse_text("\3one\0\4 two"s).value_or("?") == "one two");
  BOOST_TEST(parse_text("").value_or("?") == "");
  for (const auto& x : {"\4one"s, "\3one\1"s, "\xff"s})
    BOOST_TEST(!parse_text(x).has_value());
  std::string much;
  for (int i = 0; i < 65; ++i)
    much += '\xff' + std::string(255, 'x');
  BOOST_TEST(!parse_text(much).has_value());
}

BOOST_AUTO_TEST_CASE(an_address_has_4_or_16_octets) {
  BOOST_TEST(parse_address("\xc0\0\2\1"s) == "192.0.2.1");
  BOOST_TEST(parse_address(" \1\r\xb8\0\0\0\0\0\0\0\0\0\0\0\1"s)
             == "2001:db8::1");
  BOOST_TEST(parse_address("") == "");
  BOOST_TEST(parse_address("12345") == "");
}

BOOST_AUTO_TEST_CASE(a_domain_name_is_labels) {
  for (const auto* x : {"a", "a.", "a-b.c_d.1", "xn--bcher-kva.example"})
    BOOST_TEST(is_domain_name(x));
  for (const auto& x :
       {""s, "."s, ".a"s, "a..b"s, "a.."s, "a b"s, "a\0b"s, "b\xc3\xbc.de"s,
        std::string(64, 'a'), std::string(250, '.'),
        std::string(60, 'a') + "." + std::string(60, 'a') + "."
          + std::string(60, 'a') + "." + std::string(60, 'a') + "."
          + std::string(60, 'a')})
    BOOST_TEST(!is_domain_name(x), x);
}

BOOST_AUTO_TEST_SUITE_END()
