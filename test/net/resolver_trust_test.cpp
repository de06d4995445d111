#include "net/validated_questions.hpp"
#include "test/net/resolver_fixture.hpp"

using namespace stagepost::net;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(resolver_trust)

BOOST_FIXTURE_TEST_CASE(what_is_signed_is_secure, resolver_fixture) {
  validate();
  auto x = mx("signed.example");
  BOOST_TEST(x.status == dns_status::found, x.why);
  BOOST_TEST(x.trust == dns_trust::secure);
  BOOST_TEST(mx("mx.signed.example").status == dns_status::no_data);
  BOOST_TEST(mx("mx.signed.example").trust == dns_trust::secure);
  BOOST_TEST(mx("gone.signed.example").status == dns_status::no_domain);
  BOOST_TEST(mx("gone.signed.example").trust == dns_trust::secure);
  BOOST_TEST(mx("stagepost.example").status == dns_status::found);
  BOOST_TEST(mx("stagepost.example").trust == dns_trust::insecure);
  auto host = addresses("mx.signed.example");
  BOOST_TEST(host.trust == dns_trust::secure);
  BOOST_TEST(host.canonical == "");
  BOOST_TEST(addresses("mx1.stagepost.example").trust == dns_trust::insecure);
}

BOOST_FIXTURE_TEST_CASE(an_alias_is_as_secure_as_its_whole_chain,
                        resolver_fixture) {
  validate();
  auto inside = addresses("mxalias.signed.example");
  BOOST_TEST(inside.canonical == "mx.signed.example");
  BOOST_TEST(inside.trust == dns_trust::secure);
  auto outside = addresses("outside.signed.example");
  BOOST_TEST(outside.canonical == "mx1.stagepost.example");
  BOOST_TEST(outside.trust == dns_trust::insecure);
}

BOOST_FIXTURE_TEST_CASE(what_is_forged_is_a_temporary_failure,
                        resolver_fixture) {
  validate();
  auto x = addresses("forged.signed.example");
  BOOST_TEST(x.status == dns_status::temporary);
  BOOST_TEST(x.trust == dns_trust::bogus);
  BOOST_TEST(x.addresses.empty());
  BOOST_TEST(figures.answered(dns_result::bogus) >= 1U);
}

BOOST_FIXTURE_TEST_CASE(without_an_anchor_nothing_is_secure, resolver_fixture) {
  BOOST_TEST(mx("signed.example").trust == dns_trust::insecure);
  BOOST_TEST(addresses("forged.signed.example").status == dns_status::found);
  auto x = tlsa({"mx.signed.example"});
  BOOST_TEST(x.status == dns_status::no_data);
  BOOST_TEST(x.records.empty());
}

BOOST_FIXTURE_TEST_CASE(secure_tlsa_records_are_found, resolver_fixture) {
  validate();
  auto x = tlsa({"mx.signed.example"});
  BOOST_TEST(x.status == dns_status::found, x.why);
  BOOST_TEST(x.base == "mx.signed.example");
  BOOST_TEST_REQUIRE(x.records.size() == 2U);
  BOOST_TEST((usable(x.records[0]) && usable(x.records[1])));
  BOOST_TEST(tlsa({"mx.signed.example"}, 26).status == dns_status::no_domain);
  BOOST_TEST(tlsa({"mx1.stagepost.example"}).records.empty());
  BOOST_TEST(tlsa({"mx.signed.example"}, 27).status == dns_status::temporary);
}

BOOST_FIXTURE_TEST_CASE(the_first_name_with_tlsa_records_counts,
                        resolver_fixture) {
  validate();
  auto x = tlsa({"gone.signed.example", "MX.signed.example", "text.example"});
  BOOST_TEST(x.status == dns_status::found, x.why);
  BOOST_TEST(x.base == "mx.signed.example");
  BOOST_TEST(tlsa({"no name", "a..b"}).status == dns_status::no_domain);
  BOOST_TEST(tlsa({}).status == dns_status::no_domain);
}

BOOST_FIXTURE_TEST_CASE(where_the_root_can_not_be_checked_nothing_is,
                        resolver_fixture) {
  std::vector<std::string> warned;
  for (const bool lenient : {true, false}) {
    auto questions = std::make_shared<validated_questions>(
      loop, section, validation{"/usr/share/dns/root.key", lenient}, figures,
      [&](const std::string& why) { warned.push_back(why); });
    for (int i = 0; i < 2; ++i) {
      auto x = got<dns_answer>(
        [&](auto done) { questions->ask("stagepost.example", type_mx, done); });
      BOOST_TEST(x.status
                 == (lenient ? dns_status::found : dns_status::temporary));
      BOOST_TEST(x.trust == (lenient ? dns_trust::insecure : dns_trust::bogus));
    }
    BOOST_TEST(warned.size() == 1U);
  }
}

BOOST_AUTO_TEST_SUITE_END()
