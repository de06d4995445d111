#include "actors/guards/keyed_hash.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace stagepost;

namespace {

// The key of the paper: octets 00 to 0f.
constexpr std::array<std::uint64_t, 2> key{0x0706050403020100U,
                                           0x0f0e0d0c0b0a0908U};

std::string counting(std::size_t octets) {
  std::string out;
  for (std::size_t i = 0; i < octets; ++i)
    out += static_cast<char>(i);
  return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(keyed_hash)

BOOST_AUTO_TEST_CASE(it_is_the_siphash_of_the_paper) {
  BOOST_TEST(siphash(key, counting(15)) == 0xa129ca6149be45e5U); // appendix A
}

BOOST_AUTO_TEST_CASE(every_length_hashes_as_the_authors_vectors_say) {
  BOOST_TEST(siphash(key, "") == 0x726fdb47dd0e0e31U);
  BOOST_TEST(siphash(key, counting(1)) == 0x74f839c593dc67fdU);
  BOOST_TEST(siphash(key, counting(8)) == 0x93f5f5799a932462U);
  BOOST_TEST(siphash(key, counting(63)) == 0x958a324ceb064572U);
}

BOOST_AUTO_TEST_CASE(another_key_gives_another_hash) {
  BOOST_TEST(siphash({key[0] + 1, key[1]}, "alice") != siphash(key, "alice"));
  BOOST_TEST(stagepost::keyed_hash("alice") == stagepost::keyed_hash("alice"));
  BOOST_TEST(stagepost::keyed_hash("alice") != stagepost::keyed_hash("alicf"));
}

BOOST_AUTO_TEST_SUITE_END()
