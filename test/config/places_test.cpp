#include "config/endpoint.hpp"
#include "config/host_name.hpp"
#include "config/network.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <tuple>

namespace stagepost::config {

BOOST_AUTO_TEST_SUITE(places)

BOOST_AUTO_TEST_CASE(an_endpoint_is_an_address_and_a_port) {
  const std::tuple<std::string_view, std::string_view, std::uint16_t> table[]
    = {
      {"0.0.0.0:25", "0.0.0.0", 25},
      {"127.0.0.1:0", "127.0.0.1", 0},
      {"[::]:25", "::", 25},
      {"[2001:db8::1]:65535", "2001:db8::1", 65'535},
      {"[fe80::1%eth0]:25", "fe80::1%eth0", 25},
    };
  for (const auto& [text, host, port] : table) {
    const auto x = parse_endpoint(text);
    BOOST_TEST_REQUIRE(x.has_value());
    BOOST_TEST(x->host == host);
    BOOST_TEST(x->port == port);
  }
}

BOOST_AUTO_TEST_CASE(what_is_no_endpoint_is_refused) {
  for (const auto* text :
       {"", ":25", "25", "0.0.0.0", "0.0.0.0:", "::1:25", "[::1]", "[::1]25",
        "[127.0.0.1]:25", "localhost:25", "*:25", "1.2.3:25", "1.2.3.4:-1",
        "1.2.3.4:25x", "1.2.3.4: 25", "[::1:25", "1.2.3.4:25:25"})
    BOOST_TEST(parse_endpoint(text).error()
               == make_error_code(format_errc::syntax));
  BOOST_TEST(parse_endpoint("1.2.3.4:65536").error()
             == make_error_code(format_errc::out_of_range));
}

BOOST_AUTO_TEST_CASE(a_next_hop_is_a_url) {
  const std::tuple<std::string_view, std::string_view, std::uint16_t> table[]
    = {
      {"smtp://relay.example.com", "relay.example.com", 25},
      {"SMTP://Relay_1.example.com:2525", "relay_1.example.com", 2525},
      {"smtp://10.0.0.9:2525", "10.0.0.9", 2525},
      {"smtp://[::1]:25", "::1", 25},
      {"smtp://[2001:db8::1]", "2001:db8::1", 25},
    };
  for (const auto& [text, host, port] : table) {
    const auto x = parse_next_hop(text);
    BOOST_TEST_REQUIRE(x.has_value());
    BOOST_TEST(x->host == host);
    BOOST_TEST(x->port == port);
  }
  for (const auto* text :
       {"", "smtp://", "relay", "relay:25", "lmtp://relay", "smtp:relay",
        "smtp://relay/", "smtp://u@relay", "smtp://::1", "smtp://[relay]",
        "smtp://10.0.0.999", "smtp://relay:", "smtp://re lay", "smtp://.",
        "smtp://-a", "smtp://a..b"})
    BOOST_TEST(parse_next_hop(text).error()
               == make_error_code(format_errc::syntax));
  for (const auto* text : {"smtp://relay:0", "smtp://relay:65536"})
    BOOST_TEST(parse_next_hop(text).error()
               == make_error_code(format_errc::out_of_range));
}

BOOST_AUTO_TEST_CASE(a_dns_server_may_name_its_port) {
  for (const auto* text : {"192.0.2.53", "127.0.0.1@5353", "::1", "::1@53"})
    BOOST_TEST(is_dns_server(text));
  for (const auto* text : {"", "ns.example", "127.0.0.1:53", "127.0.0.1@",
                           "127.0.0.1@0", "127.0.0.1@65536", "@53"})
    BOOST_TEST(!is_dns_server(text));
}

BOOST_AUTO_TEST_CASE(a_network_contains_its_addresses) {
  const std::tuple<std::string_view, std::string, bool> table[] = {
    {"192.0.2.0/24", "192.0.2.255", true},
    {"192.0.2.0/24", "192.0.3.0", false},
    {"192.0.2.1", "192.0.2.1", true},
    {"192.0.2.1", "192.0.2.2", false},
    {"192.0.2.128/25", "192.0.2.127", false},
    {"0.0.0.0/0", "255.255.255.255", true},
    {"0.0.0.0/0", "::1", false},
    {"::/0", "2001:db8::1", true},
    {"::/0", "192.0.2.1", false},
    {"2001:db8::/33", "2001:db8:7fff::", true},
    {"2001:db8::/33", "2001:db8:8000::", false},
    {"::1", "::1", true},
    {"127.0.0.0/8", "::ffff:127.0.0.1", true},
    {"::ffff:127.0.0.0/104", "127.1.2.3", true},
    {"fe80::/10", "fe80::1%eth0", true},
    {"127.0.0.0/8", "", false},
    {"127.0.0.0/8", "localhost", false},
  };
  for (const auto& [text, ip, inside] : table) {
    const auto x = parse_network(text);
    BOOST_TEST_REQUIRE(x.has_value());
    BOOST_TEST(x->contains(ip) == inside, text << " " << ip);
  }
}

BOOST_AUTO_TEST_CASE(what_is_no_network_is_refused) {
  for (const auto* text :
       {"", "/24", "192.0.2.0/", "192.0.2.0/33", "192.0.2.0/-1", "::/129",
        "192.0.2/24", "192.0.2.0/24/24", "192.0.2.0/0x8", "any", "[::1]",
        "::ffff:127.0.0.0/64", "fe80::1%eth0"})
    BOOST_TEST(parse_network(text).error()
               == make_error_code(format_errc::syntax));
  for (const auto* text : {"192.0.2.1/24", "::1/64", "10.0.0.0/1"})
    BOOST_TEST(parse_network(text).error()
               == make_error_code(format_errc::out_of_range));
}

BOOST_AUTO_TEST_CASE(an_ehlo_name_is_a_domain_or_an_address_literal) {
  for (const auto* text : {"localhost", "mx.example.com", "MX-1.example",
                           "1.example", "[127.0.0.1]", "[IPv6:::1]",
                           "[ipv6:2001:db8::1]", "xn--mller-kva.example"})
    BOOST_TEST(is_ehlo_name(text));
  for (const auto* text :
       {"", ".", "a.", ".a", "a..b", "-a", "a-", "a_b", "a b", "127.0.0.1",
        "[localhost]", "[::1]", "[IPv6:127.0.0.1]", "[]", "[127.0.0.1",
        "[IPv6:fe80::1%eth0]", "m\xc3\xbcller.example"})
    BOOST_TEST(!is_ehlo_name(text));
  BOOST_TEST(!is_ehlo_name(std::string(64, 'a')));
  BOOST_TEST(is_ehlo_name(std::string(63, 'a')));
  std::string longest = "a";
  while (longest.size() < 253)
    longest += ".a";
  BOOST_TEST(is_ehlo_name(longest));
  BOOST_TEST(!is_ehlo_name(longest + ".a"));
}

BOOST_AUTO_TEST_CASE(the_machine_has_a_name_fit_for_ehlo) {
  BOOST_TEST(is_ehlo_name(machine_name()));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace stagepost::config
