#include "mail/sasl/base64.hpp"
#include "mail/sasl/scram.hpp"

#include <boost/test/unit_test.hpp>

using namespace stagepost;
using namespace stagepost::sasl;

namespace {

// The salt of RFC 7677, 3.
const std::string salt = decode_base64("W22ZaJ0SNY7soEsUEjb6gQ==").value();
const std::string salt64 = "W22ZaJ0SNY7soEsUEjb6gQ==";
const std::string key64 = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
const std::string key = std::string(32, 'k');

const auto syntax = make_error_code(format_errc::syntax);
const auto out_of_range = make_error_code(format_errc::out_of_range);

} // namespace

BOOST_AUTO_TEST_SUITE(scram)

BOOST_AUTO_TEST_CASE(a_verifier_is_what_postgresql_stores) {
  const auto x = make_scram_verifier("pencil", salt, 4096).value();
  BOOST_TEST(to_string(x)
             == "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$"
                "WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:"
                "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=");
  BOOST_TEST((parse_scram_verifier(to_string(x)).value() == x));
}

BOOST_AUTO_TEST_CASE(there_are_15000_iterations_unless_told_otherwise) {
  BOOST_TEST(make_scram_verifier("pencil", salt)->iterations == 15'000U);
  BOOST_TEST(unknown_user_verifier(key, "alice").iterations == 15'000U);
}

BOOST_AUTO_TEST_CASE(what_is_no_verifier_is_refused) {
  const auto keys = '$' + key64 + ':' + key64;
  BOOST_TEST(
    parse_scram_verifier("SCRAM-SHA-256$4096:" + salt64 + keys).has_value());
  const struct {
    std::string text;
    boost::system::error_code why;
  } table[] = {
    {"", syntax},
    {"pencil", syntax},
    {"scram-sha-256$4096:" + salt64 + keys, syntax},
    {"SCRAM-SHA-1$4096:" + salt64 + keys, syntax},
    {" SCRAM-SHA-256$4096:" + salt64 + keys, syntax},
    {"SCRAM-SHA-256$4096:" + salt64 + keys + ' ', syntax},
    {"SCRAM-SHA-256$4096:" + salt64 + keys + ':' + key64, syntax},
    {"SCRAM-SHA-256$4096:" + salt64 + '$' + key64, syntax},
    {"SCRAM-SHA-256$4096:" + salt64, syntax},
    {"SCRAM-SHA-256$4096", syntax},
    {"SCRAM-SHA-256$:" + salt64 + keys, syntax},
    {"SCRAM-SHA-256$-1:" + salt64 + keys, syntax},
    {"SCRAM-SHA-256$04096:" + salt64 + keys, syntax},
    {"SCRAM-SHA-256$4096x:" + salt64 + keys, syntax},
    {"SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ" + keys, syntax},
    {"SCRAM-SHA-256$4096:" + salt64 + "$QUJD:" + key64, syntax},
    {"SCRAM-SHA-256$4096:" + salt64 + '$' + key64 + ":QUJD", syntax},
    {"SCRAM-SHA-256$4096:" + salt64 + '$' + key64 + ':', syntax},
    {"SCRAM-SHA-256$4095:" + salt64 + keys, out_of_range},
    {"SCRAM-SHA-256$10000001:" + salt64 + keys, out_of_range},
    {"SCRAM-SHA-256$99999999999:" + salt64 + keys, out_of_range},
    {"SCRAM-SHA-256$4096:" + keys, out_of_range},
    {"SCRAM-SHA-256$4096:QUJDREVGRw==" + keys, out_of_range},
    {"SCRAM-SHA-256$4096:" + std::string(88, 'A') + keys, out_of_range},
  };
  for (const auto& x : table)
    BOOST_TEST(parse_scram_verifier(x.text).error() == x.why, x.text);
}

BOOST_AUTO_TEST_CASE(no_weak_verifier_is_made) {
  BOOST_TEST(make_scram_verifier("a", salt, 4095).error() == out_of_range);
  BOOST_TEST(make_scram_verifier("a", salt, 10'000'001).error()
             == out_of_range);
  BOOST_TEST(make_scram_verifier("a", "short").error() == out_of_range);
  BOOST_TEST(make_scram_verifier("", salt).error() == syntax);
  BOOST_TEST(make_scram_verifier("\xfc", salt).error() == syntax);
  BOOST_TEST(make_scram_verifier(std::string(1025, 'a'), salt).error()
             == make_error_code(format_errc::too_long));
}

BOOST_AUTO_TEST_CASE(a_password_can_be_checked_against_it) {
  const auto x = make_scram_verifier("Zu\xcc\x88rich", salt, 4096).value();
  BOOST_TEST(check_password(x, "Z\xc3\xbcrich"));
  BOOST_TEST(!check_password(x, "Zurich"));
  BOOST_TEST(!check_password(x, ""));
  BOOST_TEST(!check_password(x, std::string(1025, 'a')));
}

BOOST_AUTO_TEST_CASE(an_unknown_user_looks_like_a_known_one) {
  const auto x = unknown_user_verifier(key, "nobody", 4096);
  BOOST_TEST((x == unknown_user_verifier(key, "nobody", 4096)));
  BOOST_TEST((parse_scram_verifier(to_string(x)).value() == x));
  const auto known = make_scram_verifier("pencil", salt).value();
  BOOST_TEST(x.salt.size() == known.salt.size());
  BOOST_TEST(!check_password(x, "pencil"));
}

BOOST_AUTO_TEST_CASE(nobody_else_can_make_up_the_same_verifier) {
  const auto x = unknown_user_verifier(key, "nobody");
  for (const auto& other :
       {unknown_user_verifier(key, "nobodx"),
        unknown_user_verifier(std::string(32, 'l'), "nobody")}) {
    BOOST_TEST(x.salt != other.salt);
    BOOST_TEST(x.stored_key != other.stored_key);
    BOOST_TEST(x.server_key != other.server_key);
  }
  BOOST_TEST(x.stored_key != x.server_key);
}

BOOST_AUTO_TEST_SUITE_END()
