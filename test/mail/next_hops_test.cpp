#include "mail/next_hops.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

using namespace stagepost;

namespace {

using names = std::vector<std::string>;

names order(const std::vector<mail_exchanger>& x, std::uint64_t seed = 1,
            const names& own = {}) {
  return order_hops("example.com", x, own, seed).hosts;
}

} // namespace

BOOST_AUTO_TEST_SUITE(next_hops)

BOOST_AUTO_TEST_CASE(lower_preferences_come_first) {
  for (std::uint64_t seed = 0; seed < 50; ++seed)
    BOOST_TEST(
      (order({{20, "b.x"}, {65535, "d.x"}, {0, "a.x"}, {30, "c.x"}}, seed)
       == names{"a.x", "b.x", "c.x", "d.x"}));
}

BOOST_AUTO_TEST_CASE(equal_preferences_come_in_every_order) {
  std::set<names> seen;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const auto hosts
      = order({{1, "z.x"}, {10, "a.x"}, {10, "b.x"}, {10, "c.x"}}, seed);
    BOOST_TEST(hosts.size() == 4U);
    BOOST_TEST(hosts[0] == "z.x");
    seen.insert(hosts);
  }
  BOOST_TEST(seen.size() == 6U);
}

BOOST_AUTO_TEST_CASE(the_seed_alone_chooses_the_order) {
  for (std::uint64_t seed = 0; seed < 20; ++seed)
    BOOST_TEST((order({{1, "a.x"}, {1, "b.x"}, {1, "c.x"}}, seed)
                == order({{1, "c.x"}, {1, "a.x"}, {1, "b.x"}}, seed)));
}

BOOST_AUTO_TEST_CASE(only_hosts_before_ourselves_are_left) {
  const std::vector<mail_exchanger> all{
    {10, "a.x"}, {20, "Us.x."}, {20, "b.x"}, {30, "c.x"}, {30, "us.x"}};
  for (std::uint64_t seed = 0; seed < 20; ++seed)
    BOOST_TEST((order(all, seed, {"other.x", "US.X"}) == names{"a.x"}));
  BOOST_TEST(order(all, 1, {"other.x"}).size() == 5U - 1U);
  const auto loop = order_hops("x.org", {{5, "us.x"}, {5, "b.x"}}, {"us.x"}, 1);
  BOOST_TEST(loop.loops);
  BOOST_TEST(loop.hosts.empty());
  BOOST_TEST(!loop.takes_no_mail);
  BOOST_TEST(order_hops("Us.x", {}, {"us.x"}, 1).loops);
  BOOST_TEST(!order_hops("us.x", {{1, "a.x"}}, {"us.x"}, 1).loops);
  BOOST_TEST(!order_hops("us.x", {{0, "."}}, {"us.x"}, 1).loops);
}

BOOST_AUTO_TEST_CASE(names_are_lower_case_without_dot_and_come_once) {
  BOOST_TEST((order({{10, "MX.Example.com."}, {20, "mx.example.COM"}})
              == names{"mx.example.com"}));
}

BOOST_AUTO_TEST_CASE(a_domain_without_mx_is_its_own_host) {
  const auto x = order_hops("Example.com", {}, {}, 1);
  BOOST_TEST((x.hosts == names{"example.com"}));
  BOOST_TEST(!x.takes_no_mail);
}

BOOST_AUTO_TEST_CASE(a_null_mx_takes_no_mail) {
  for (const auto* host : {"", "."}) {
    const auto x = order_hops("example.com", {{0, host}}, {}, 1);
    BOOST_TEST(x.takes_no_mail);
    BOOST_TEST(x.hosts.empty());
  }
}

BOOST_AUTO_TEST_CASE(a_null_mx_beside_others_is_passed_over) {
  const auto x = order_hops("example.com", {{0, ""}, {10, "mx.x"}}, {}, 1);
  BOOST_TEST(!x.takes_no_mail);
  BOOST_TEST((x.hosts == names{"mx.x"}));
}

BOOST_AUTO_TEST_CASE(a_huge_zone_is_cut) {
  std::vector<mail_exchanger> many;
  for (int i = 0; i < 5000; ++i)
    many.push_back({10, "mx" + std::to_string(i) + ".x"});
  BOOST_TEST(order(many).size() == 32U);
}

BOOST_AUTO_TEST_CASE(address_literals_name_their_address) {
  const struct {
    const char* domain;
    const char* address;
  } table[] = {
    {"[192.0.2.1]", "192.0.2.1"},
    {"[IPv6:2001:db8::1]", "2001:db8::1"},
    {"[ipv6:2001:DB8:0::1]", "2001:db8::1"},
  };
  for (const auto& x : table) {
    const auto got = literal_address(x.domain);
    BOOST_REQUIRE((got.has_value() && got->has_value()));
    BOOST_TEST(**got == x.address);
  }
  BOOST_TEST(!literal_address("example.com")->has_value());
  BOOST_TEST(!literal_address("192.0.2.1")->has_value());
}

BOOST_AUTO_TEST_CASE(what_is_no_address_literal_is_refused) {
  using namespace std::string_view_literals;
  for (const auto domain :
       {"["sv, "[]"sv, "[192.0.2.1"sv, "[192.0.2]"sv, "[192.0.2.256]"sv,
        "[192.0.2.1.]x"sv, "[2001:db8::1]"sv, "[IPv6:192.0.2.1]"sv, "[IPv6:]"sv,
        "[IPv6:::1%lo]"sv, "[[192.0.2.1]]"sv, "[ 192.0.2.1]"sv,
        "[192.0.2.1\0]"sv, "[x:y]"sv}) {
    BOOST_TEST_CONTEXT(domain)
    BOOST_TEST(literal_address(domain).error()
               == make_error_code(format_errc::syntax));
  }
}

BOOST_AUTO_TEST_CASE(equal_sets_of_hosts_are_one_site) {
  BOOST_TEST(
    site_name({{"mx2.example.com", "mx1.example.com"}}, 25, "opportunistic")
    == "mx1.example.com+mx2.example.com:25/opportunistic");
  BOOST_TEST(
    site_name({{"MX1.example.com.", "mx2.example.com", "mx1.example.com"}}, 25,
              "opportunistic")
    == "mx1.example.com+mx2.example.com:25/opportunistic");
  BOOST_TEST(site_name({{"2001:db8::1"}}, 2525, "none")
             == "2001:db8::1:2525/none");
  BOOST_TEST(site_name({{"b.example.com:26", "a.example.com:25"}}, 0, "none")
             == "a.example.com:25+b.example.com:26/none");
}

BOOST_AUTO_TEST_CASE(who_prefers_other_hosts_of_a_set_has_another_site) {
  BOOST_TEST(site_name({{"b.x"}, {"c.x", "a.x"}}, 25, "none")
             == "b.x,a.x+c.x:25/none");
  BOOST_TEST(site_name({{"a.x", "c.x"}, {"b.x"}}, 25, "none")
             == "a.x+c.x,b.x:25/none");
}

BOOST_AUTO_TEST_CASE(a_host_can_not_pass_for_another_site) {
  BOOST_TEST(site_name({{"a+b"}}, 25, "none") == "a%2bb:25/none");
  BOOST_TEST(site_name({{"a,b"}}, 25, "none") == "a%2cb:25/none");
  BOOST_TEST(site_name({{"a%2bb"}}, 25, "none") == "a%252bb:25/none");
  BOOST_TEST(site_name({{"a:25/none"}}, 25, "none") == "a:25%2fnone:25/none");
}

BOOST_AUTO_TEST_SUITE_END()
