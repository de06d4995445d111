#include "mail/sasl/digest.hpp"

#include <boost/algorithm/hex.hpp>
#include <boost/test/unit_test.hpp>

using namespace stagepost::sasl;

namespace {

std::string hex(const std::string& octets) {
  return boost::algorithm::hex_lower(octets);
}

} // namespace

BOOST_AUTO_TEST_SUITE(digest)

BOOST_AUTO_TEST_CASE(they_are_the_ones_of_the_standards) {
  BOOST_TEST(
    hex(sha256("abc")) // FIPS 180-2, B.1
    == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  BOOST_TEST(
    hex(sha256(""))
    == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  BOOST_TEST(
    hex(hmac_sha256("Jefe", "what do ya want for nothing?")) // RFC 4231, 4.3
    == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  BOOST_TEST(
    hex(pbkdf2_sha256("password", "salt", 4096))
    == "c5e478d59288c841aa530db6845c4c8d962893a001ce4e11a4963873aa98134a");
}

BOOST_AUTO_TEST_CASE(equal_is_what_has_the_same_octets) {
  BOOST_TEST(equal_in_constant_time("", ""));
  BOOST_TEST(equal_in_constant_time("ab", "ab"));
  BOOST_TEST(!equal_in_constant_time("ab", "ac"));
  BOOST_TEST(!equal_in_constant_time("ab", "bb"));
  BOOST_TEST(!equal_in_constant_time("ab", "abc"));
  BOOST_TEST(!equal_in_constant_time("ab", {"ab\0", 3}));
}

BOOST_AUTO_TEST_SUITE_END()
