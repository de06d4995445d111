#include "mail/address_order.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

using namespace stagepost;

namespace {

using addresses = std::vector<std::string>;
using preference = address_preference;

const addresses all{"192.0.2.1", "2001:db8::1", "192.0.2.2", "2001:db8::2"};

bool is_v6(const std::string& x) {
  return x.find(':') != std::string::npos;
}

} // namespace

BOOST_AUTO_TEST_SUITE(address_order)

BOOST_AUTO_TEST_CASE(the_preferred_kind_comes_first) {
  for (std::uint64_t seed = 0; seed < 50; ++seed)
    for (const bool v6 : {true, false}) {
      const auto x = order_addresses(
        all, v6 ? preference::ipv6 : preference::ipv4, 8, seed);
      BOOST_TEST(x.size() == 4U);
      BOOST_TEST((is_v6(x[0]) == v6 && is_v6(x[1]) == v6));
      BOOST_TEST((is_v6(x[2]) != v6 && is_v6(x[3]) != v6));
    }
}

BOOST_AUTO_TEST_CASE(what_is_not_wanted_is_left_out) {
  for (const bool v6 : {true, false}) {
    const auto only = v6 ? preference::ipv6_only : preference::ipv4_only;
    const auto x = order_addresses(all, only, 8, 1);
    BOOST_TEST(x.size() == 2U);
    for (const auto& y : x)
      BOOST_TEST(is_v6(y) == v6);
    BOOST_TEST(order_addresses({v6 ? "192.0.2.1" : "::1"}, only, 8, 1).empty());
  }
}

BOOST_AUTO_TEST_CASE(equal_ones_come_in_every_order) {
  std::set<addresses> any;
  std::set<addresses> ipv4;
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    any.insert(order_addresses(all, preference::any, 8, seed));
    ipv4.insert(order_addresses(all, preference::ipv4, 8, seed));
  }
  BOOST_TEST(any.size() == 24U);
  BOOST_TEST(ipv4.size() == 4U);
}

BOOST_AUTO_TEST_CASE(the_seed_alone_chooses_the_order) {
  for (std::uint64_t seed = 0; seed < 20; ++seed)
    BOOST_TEST((order_addresses(all, preference::any, 8, seed)
                == order_addresses({all.rbegin(), all.rend()}, preference::any,
                                   8, seed)));
}

BOOST_AUTO_TEST_CASE(of_many_addresses_some_of_each_kind_are_left) {
  addresses many{"192.0.2.1"};
  for (int i = 0; i < 100; ++i)
    many.push_back("2001:db8::" + std::to_string(i));
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto x = order_addresses(many, preference::ipv6, 5, seed);
    BOOST_TEST(x.size() == 5U);
    BOOST_TEST(x[4] == "192.0.2.1");
    BOOST_TEST(std::set<std::string>(x.begin(), x.end()).size() == 5U);
  }
  BOOST_TEST(order_addresses(many, preference::ipv6_only, 5, 1).size() == 5U);
  BOOST_TEST(order_addresses({}, preference::any, 5, 1).empty());
  BOOST_TEST((order_addresses({"::1", "::1"}, preference::any, 5, 1)
              == addresses{"::1"}));
}

BOOST_AUTO_TEST_SUITE_END()
