#include "mail/sasl/password.hpp"

#include <boost/test/unit_test.hpp>

using namespace stagepost;
using namespace stagepost::sasl;

namespace {

const std::string salt = "sixteen octets..";
// RFC 4648's alphabet of zeros: 16 and 32 octets without padding.
const std::string zeros16(22, 'A');
const std::string zeros32(43, 'A');

/// As quick as a hash may be.
std::string quick(std::string_view password) {
  return hash_password(password, salt, least_cost).value();
}

boost::system::error_code refused(std::string_view password,
                                  std::string_view with_salt = salt,
                                  const password_cost& cost = least_cost) {
  return hash_password(password, with_salt, cost).error();
}

} // namespace

BOOST_AUTO_TEST_SUITE(password)

BOOST_AUTO_TEST_CASE(hashes_of_others_are_checked) {
  // From the test vectors of argon2's reference implementation.
  BOOST_TEST(check_password("$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$"
                            "CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                            "password"));
  BOOST_TEST(check_password("$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$"
                            "bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc",
                            "password"));
  BOOST_TEST(!check_password("$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$"
                             "bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc",
                             "passwore"));
}

BOOST_AUTO_TEST_CASE(a_hash_knows_its_password_and_no_other) {
  const auto hash = quick("correct horse");
  BOOST_TEST(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
  BOOST_TEST(
    hash
    != hash_password("correct horse", "another 16 octet", least_cost).value());
  BOOST_TEST(check_password(hash, "correct horse"));
  for (const std::string_view other :
       {"correct horsf", "Correct horse", "correct horse ", "correct hors", ""})
    BOOST_TEST(!check_password(hash, other), other);
  BOOST_TEST(!check_password(hash, {"correct horse\0", 14}));
}

BOOST_AUTO_TEST_CASE(the_default_cost_is_64_mib_three_times) {
  const auto hash = hash_password("pencil", salt).value();
  BOOST_TEST(hash.starts_with("$argon2id$v=19$m=65536,t=3,p=1$"));
  BOOST_TEST(check_password(hash, "pencil"));
}

BOOST_AUTO_TEST_CASE(a_password_is_one_however_it_is_typed) {
  BOOST_TEST(check_password(quick("Zu\xcc\x88rich"), "Z\xc3\xbcrich"));
  BOOST_TEST(check_password(quick("\xf0\x9f\x94\x92"), "\xf0\x9f\x94\x92"));
}

BOOST_AUTO_TEST_CASE(what_is_no_password_is_refused) {
  BOOST_TEST(refused("") == make_error_code(format_errc::syntax));
  BOOST_TEST(refused("a\nb") == make_error_code(format_errc::syntax));
  BOOST_TEST(refused("\xfc") == make_error_code(format_errc::syntax));
  BOOST_TEST(refused(std::string(1025, 'a'))
             == make_error_code(format_errc::too_long));
  const std::string longest(1024, 'a');
  BOOST_TEST(check_password(quick(longest), longest));
  BOOST_TEST(!check_password(quick(longest), longest + 'a'));
}

BOOST_AUTO_TEST_CASE(no_weak_hash_is_made) {
  const auto out_of_range = make_error_code(format_errc::out_of_range);
  BOOST_TEST(refused("a", "short") == out_of_range);
  BOOST_TEST(refused("a", salt + 'x') == out_of_range);
  for (const auto& [memory, passes, lanes] : {password_cost{19'455, 2, 1},
                                              {19'456, 1, 1},
                                              {19'456, 2, 0},
                                              {1'048'577, 2, 1},
                                              {19'456, 21, 1},
                                              {19'456, 2, 17}})
    BOOST_TEST(refused("a", salt, {memory, passes, lanes}) == out_of_range);
}

BOOST_AUTO_TEST_CASE(what_is_no_hash_or_a_hostile_one_is_refused) {
  const auto good = "$argon2id$v=19$m=65536,t=3,p=1$" + zeros16 + '$' + zeros32;
  BOOST_TEST(is_password_hash(good));
  const std::string tail = '$' + zeros16 + '$' + zeros32;
  const std::string head = "$argon2id$v=19$m=65536,t=3,p=1$";
  const std::string table[] = {
    "",
    "$",
    "pencil",
    "$2y$12$abcdefghijklmnopqrstuv",
    "{ARGON2ID}" + good,
    ' ' + good,
    good + '\n',
    good + '$',
    "$argon2i$v=19$m=65536,t=3,p=1" + tail,
    "$argon2d$v=19$m=65536,t=3,p=1" + tail,
    "$argon2id$v=16$m=65536,t=3,p=1" + tail,
    "$argon2id$m=65536,t=3,p=1" + tail,
    "$argon2id$v=19$t=3,m=65536,p=1" + tail,
    "$argon2id$v=19$m=65536,t=3,p=1,data=AA" + tail,
    "$argon2id$v=19$m=65536,t=3" + tail,
    "$argon2id$v=19$m=,t=3,p=1" + tail,
    "$argon2id$v=19$m=-1,t=3,p=1" + tail,
    "$argon2id$v=19$m=+8,t=3,p=1" + tail,
    "$argon2id$v=19$m=065536,t=3,p=1" + tail,
    "$argon2id$v=19$m=0x100,t=3,p=1" + tail,
    // what would eat the machine
    "$argon2id$v=19$m=1048577,t=3,p=1" + tail,
    "$argon2id$v=19$m=4294967296,t=3,p=1" + tail,
    "$argon2id$v=19$m=65536,t=21,p=1" + tail,
    "$argon2id$v=19$m=65536,t=3,p=17" + tail,
    // what argon2 would refuse
    "$argon2id$v=19$m=65536,t=0,p=1" + tail,
    "$argon2id$v=19$m=65536,t=3,p=0" + tail,
    "$argon2id$v=19$m=0,t=3,p=1" + tail,
    "$argon2id$v=19$m=31,t=3,p=4" + tail,
    // salts and hashes
    head,
    head + zeros16,
    head + '$' + zeros32,
    head + zeros16 + '$',
    head + zeros16 + "==$" + zeros32,
    head + zeros16 + '$' + zeros32 + '=',
    head + "c29tc2Fsd$" + zeros32,               // no length of base64
    head + "c29tc2FsdB$" + zeros32,              // bits after the end
    head + "c29tc2Fs$" + zeros32,                // 6 octets of salt
    head + std::string(87, 'A') + '$' + zeros32, // 65 of them
    head + zeros16 + '$' + std::string(20, 'A'), // 15 octets of hash
    head + zeros16 + '$' + std::string(87, 'A'), // 65 of them
    head + zeros16 + '$' + std::string(1U << 20U, 'A'),
    head + zeros16 + '$' + zeros32.substr(1) + '-',
  };
  for (const auto& text : table) {
    BOOST_TEST_CONTEXT(text.substr(0, 120)) {
      BOOST_TEST(!is_password_hash(text));
      BOOST_TEST(!check_password(text, "pencil"));
      BOOST_TEST(needs_rehash(text));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_weaker_hash_wants_to_be_made_anew) {
  const std::string tail = '$' + zeros16 + '$' + zeros32;
  BOOST_TEST(!needs_rehash("$argon2id$v=19$m=65536,t=3,p=1" + tail));
  BOOST_TEST(!needs_rehash("$argon2id$v=19$m=131072,t=4,p=2" + tail));
  BOOST_TEST(needs_rehash("$argon2id$v=19$m=65535,t=3,p=1" + tail));
  BOOST_TEST(needs_rehash("$argon2id$v=19$m=65536,t=2,p=1" + tail));
  BOOST_TEST(
    needs_rehash("$argon2id$v=19$m=65536,t=3,p=1$c29tZXNhbHQ$" + zeros32));
  BOOST_TEST(
    needs_rehash("$argon2id$v=19$m=65536,t=3,p=1$" + zeros16 + '$' + zeros16));
  BOOST_TEST(
    !needs_rehash("$argon2id$v=19$m=19456,t=2,p=1" + tail, least_cost));
}

BOOST_AUTO_TEST_CASE(nobody_has_the_dummys_password) {
  BOOST_TEST(dummy_hash()
             == "$argon2id$v=19$m=65536,t=3,p=1$" + zeros16 + '$' + zeros32);
  BOOST_TEST(is_password_hash(dummy_hash()));
  BOOST_TEST(!check_password(dummy_hash(least_cost), "pencil"));
}

BOOST_AUTO_TEST_SUITE_END()
