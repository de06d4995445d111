#include "mail/outlet/body_signature.hpp"

#include <boost/test/unit_test.hpp>

using signature = stagepost::outlet::body_signature;

BOOST_AUTO_TEST_SUITE(body_signature)

// openssl's own: printf '1790000000.some mail' | openssl dgst -sha256 -hmac key
constexpr auto expected
  = "t=1790000000,v1="
    "866f9de0b3db44b944bb507bb3798efe0d6b28a435e7d7462f27f9b6dfcef30f";

BOOST_AUTO_TEST_CASE(it_is_what_openssl_makes_of_time_and_body) {
  signature x("key", 1'790'000'000);
  x.take("some mail");
  BOOST_TEST(x.field() == expected);
}

BOOST_AUTO_TEST_CASE(the_body_may_come_in_pieces) {
  signature x("key", 1'790'000'000);
  for (const auto* piece : {"", "some", " ", "mail", ""})
    x.take(piece);
  BOOST_TEST(x.field() == expected);
}

BOOST_AUTO_TEST_CASE(time_secret_and_body_all_count) {
  signature later("key", 1'790'000'001);
  later.take("some mail");
  signature other("kez", 1'790'000'000);
  other.take("some mail");
  signature changed("key", 1'790'000'000);
  changed.take("some mall");
  const auto tail = std::string(expected).substr(16);
  for (auto* x : {&later, &other, &changed})
    BOOST_TEST(!x->field().ends_with(tail));
}

BOOST_AUTO_TEST_SUITE_END()
