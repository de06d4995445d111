#include "mail/tlsa.hpp"

#include <boost/test/unit_test.hpp>

using namespace stagepost;
using namespace std::string_literals;

BOOST_AUTO_TEST_SUITE(tlsa)

BOOST_AUTO_TEST_CASE(a_record_is_three_numbers_and_data) {
  const auto x = parse_tlsa("\3\1\1abc");
  BOOST_REQUIRE(x.has_value());
  BOOST_TEST((*x == tlsa_record{3, 1, 1, "abc"}));
  const auto far = parse_tlsa("\xff\xfe\xfdz");
  BOOST_REQUIRE(far.has_value());
  BOOST_TEST((*far == tlsa_record{255, 254, 253, "z"}));
}

BOOST_AUTO_TEST_CASE(what_is_too_short_or_long_is_refused) {
  for (const auto& x :
       {""s, "\3"s, "\3\1"s, "\3\1\1"s, "\3\1\0"s + std::string(8193, 'x')})
    BOOST_TEST(!parse_tlsa(x).has_value());
  BOOST_TEST(parse_tlsa("\3\1\0"s + std::string(8192, 'x')).has_value());
}

BOOST_AUTO_TEST_CASE(mail_goes_by_dane_alone) {
  const std::string sha_256(32, 'x');
  const std::string sha_512(64, 'x');
  const struct {
    tlsa_record record;
    bool usable;
  } table[] = {
    {{3, 1, 1, sha_256}, true},        {{3, 0, 2, sha_512}, true},
    {{2, 0, 1, sha_256}, true},        {{2, 1, 0, "a key"}, true},
    {{0, 0, 1, sha_256}, false}, // PKIX-TA
    {{1, 1, 1, sha_256}, false}, // PKIX-EE
    {{4, 1, 1, sha_256}, false},       {{255, 1, 1, sha_256}, false},
    {{3, 2, 1, sha_256}, false},       {{3, 1, 3, sha_256}, false},
    {{3, 1, 1, sha_512}, false},       {{3, 1, 2, sha_256}, false},
    {{3, 1, 1, sha_256 + 'x'}, false}, {{3, 1, 1, "x"}, false},
  };
  for (const auto& x : table)
    BOOST_TEST(usable(x.record) == x.usable,
               int{x.record.usage} << ' ' << int{x.record.selector} << ' '
                                   << int{x.record.matching});
}

BOOST_AUTO_TEST_CASE(a_servers_records_have_a_name) {
  BOOST_TEST(tlsa_name(25, "mx.example.com") == "_25._tcp.mx.example.com");
}

BOOST_AUTO_TEST_SUITE_END()
