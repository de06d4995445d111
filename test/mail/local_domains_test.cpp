#include "mail/local_domains.hpp"

#include <boost/test/unit_test.hpp>

using namespace stagepost;

BOOST_AUTO_TEST_SUITE(local_domains)

BOOST_AUTO_TEST_CASE(an_address_is_ours_by_its_whole_domain) {
  const stagepost::local_domains x{{"example.com", "Other.Example"}};
  BOOST_TEST(x.hold("a@example.com"));
  BOOST_TEST(x.hold("\"b@elsewhere.example\"@EXAMPLE.com"));
  BOOST_TEST(x.hold("c@other.example"));
  BOOST_TEST(!x.hold("a@sub.example.com"));
  BOOST_TEST(!x.hold("a@com"));
  BOOST_TEST(!x.hold("\"a@example.com\"@elsewhere.example"));
  BOOST_TEST(!x.hold("a@[192.0.2.1]"));
}

BOOST_AUTO_TEST_CASE(an_address_without_a_domain_is_none_of_theirs) {
  const stagepost::local_domains x{{"example.com"}};
  BOOST_TEST(!x.hold("postmaster"));
  BOOST_TEST(!x.hold(""));
}

BOOST_AUTO_TEST_CASE(other_scripts_are_the_same_in_both_forms) {
  const stagepost::local_domains x{
    {"b\u00fccher.example", "xn--mnchen-3ya.example"}};
  BOOST_TEST(x.hold("a@b\u00fccher.example"));
  BOOST_TEST(x.hold("a@xn--bcher-kva.example"));
  BOOST_TEST(x.hold("a@m\u00fcnchen.example"));
}

BOOST_AUTO_TEST_CASE(before_anybody_has_asked_nothing_is_known) {
  BOOST_TEST(!stagepost::local_domains{}.known());
  BOOST_TEST(stagepost::local_domains{{}}.known());
}

BOOST_AUTO_TEST_SUITE_END()
