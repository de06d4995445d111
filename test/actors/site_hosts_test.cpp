#include "actors/queue/site_hosts.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace stagepost;

namespace {

/// The key of a site of two hosts, of which the domain's policy lists the
/// second, and perhaps the first.
std::string key(bool listed, bool sts) {
  site::host one;
  one.name = "mx.one.example";
  one.listed = listed;
  site::host two;
  two.name = "mx.two.example";
  two.rank = 10;
  return site_of({}, "example.org", {one, two}, false, sts).key;
}

} // namespace

BOOST_AUTO_TEST_SUITE(site_hosts)

BOOST_AUTO_TEST_CASE(domains_with_other_policies_have_other_sites) {
  BOOST_TEST(key(true, true)
             == "mx.one.example,mx.two.example:25/opportunistic+sts");
  BOOST_TEST(key(false, true)
             == "mx.one.example,mx.two.example:25/opportunistic+sts"
                "!mx.one.example");
}

BOOST_AUTO_TEST_CASE(a_policy_that_is_not_enforced_divides_nobody) {
  BOOST_TEST(key(false, false) == key(true, false));
}

BOOST_AUTO_TEST_SUITE_END()
