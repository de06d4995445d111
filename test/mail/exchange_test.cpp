#include "mail/sasl/base64.hpp"
#include "mail/sasl/exchange.hpp"
#include "scram_client.hpp"

#include <boost/test/unit_test.hpp>

#include <utility>

using namespace stagepost::sasl;
using namespace std::string_literals;

namespace {

const circumstances tls{"c2VydmVyIG5vbmNlIDE4IG8u", true, std::string(32, 'e'),
                        "hash"};
const auto pencil
  = make_scram_verifier("pencil", "sixteen octets..", 4096).value();

/// The suite bears the name of the class.
auto begun(mechanism how) {
  return stagepost::sasl::exchange{how, tls};
}

} // namespace

BOOST_AUTO_TEST_SUITE(exchange)

BOOST_AUTO_TEST_CASE(mechanisms_are_known_by_name) {
  BOOST_TEST((mechanism_named("plain") == mechanism::plain));
  BOOST_TEST((mechanism_named("Login") == mechanism::login));
  BOOST_TEST((mechanism_named("SCRAM-SHA-256") == mechanism::scram_sha_256));
  BOOST_TEST(
    (mechanism_named("scram-sha-256-plus") == mechanism::scram_sha_256_plus));
  for (const auto* name : {"", "PLAI", "PLAINX", "SCRAM-SHA-1", "CRAM-MD5",
                           "SCRAM-SHA-256-", "ANONYMOUS", "EXTERNAL"})
    BOOST_TEST(!mechanism_named(name).has_value(), name);
  for (const auto x : {mechanism::plain, mechanism::login,
                       mechanism::scram_sha_256, mechanism::scram_sha_256_plus})
    BOOST_TEST((mechanism_named(to_string(x)) == x));
}

BOOST_AUTO_TEST_CASE(plain_comes_along_or_after_an_empty_challenge) {
  // RFC 4954, 4.1
  auto x = begun(mechanism::plain);
  BOOST_TEST((x.begin("dGVzdAB0ZXN0ADEyMzQ=") == state::check_password));
  BOOST_TEST(x.user() == "test");
  BOOST_TEST(x.password() == "1234");
  auto y = begun(mechanism::plain);
  BOOST_TEST((y.begin(std::nullopt) == state::challenge));
  BOOST_TEST(y.challenge().empty());
  BOOST_TEST((y.respond("dGVzdAB0ZXN0ADEyMzQ=") == state::check_password));
  BOOST_TEST(y.user() == "test");
}

BOOST_AUTO_TEST_CASE(login_asks_twice_or_once) {
  auto x = begun(mechanism::login);
  BOOST_TEST((x.begin(std::nullopt) == state::challenge));
  BOOST_TEST(x.challenge() == "VXNlcm5hbWU6");
  BOOST_TEST((x.respond("dGVzdA==") == state::challenge));
  BOOST_TEST(x.challenge() == "UGFzc3dvcmQ6");
  BOOST_TEST((x.respond("MTIzNA==") == state::check_password));
  BOOST_TEST(x.user() == "test");
  BOOST_TEST(x.password() == "1234");
  auto y = begun(mechanism::login);
  BOOST_TEST((y.begin("dGVzdA==") == state::challenge));
  BOOST_TEST(y.challenge() == "UGFzc3dvcmQ6");
  BOOST_TEST((y.respond("MTIzNA==") == state::check_password));
}

BOOST_AUTO_TEST_CASE(scram_ends_with_an_empty_line_of_the_client) {
  scram_client client;
  client.gs2_header = "p=tls-exporter,,";
  client.binding = std::string(32, 'e');
  auto x = begun(mechanism::scram_sha_256_plus);
  BOOST_TEST((x.begin(encode_base64(client.first())) == state::find_verifier));
  BOOST_TEST(x.challenge().empty());
  BOOST_TEST(x.user() == "user");
  BOOST_TEST((x.verifier(pencil) == state::challenge));
  const auto first = decode_base64(x.challenge()).value();
  BOOST_TEST(
    (x.respond(encode_base64(client.final(first))) == state::challenge));
  BOOST_TEST(decode_base64(x.challenge()).value() == client.expected());
  BOOST_TEST((x.respond("") == state::proved));
  BOOST_TEST(x.password().empty());
}

BOOST_AUTO_TEST_CASE(scram_may_begin_after_an_empty_challenge) {
  auto x = begun(mechanism::scram_sha_256);
  BOOST_TEST((x.begin(std::nullopt) == state::challenge));
  BOOST_TEST(x.challenge().empty());
  BOOST_TEST(
    (x.respond(encode_base64(scram_client{}.first())) == state::find_verifier));
}

BOOST_AUTO_TEST_CASE(a_star_cancels_at_every_step) {
  auto x = begun(mechanism::plain);
  x.begin(std::nullopt);
  BOOST_TEST((x.respond("*") == state::cancelled));
  auto y = begun(mechanism::login);
  y.begin("dGVzdA==");
  BOOST_TEST((y.respond("*") == state::cancelled));
  scram_client client;
  auto z = begun(mechanism::scram_sha_256);
  z.begin(encode_base64(client.first()));
  z.verifier(pencil);
  const auto first = decode_base64(z.challenge()).value();
  // It does not believe our signature.
  BOOST_TEST(
    (z.respond(encode_base64(client.final(first))) == state::challenge));
  BOOST_TEST((z.respond("*") == state::cancelled));
  BOOST_TEST(z.challenge().empty());
}

BOOST_AUTO_TEST_CASE(what_is_no_base64_is_refused) {
  for (const auto how :
       {mechanism::plain, mechanism::login, mechanism::scram_sha_256}) {
    for (const auto& line :
         {"="s, "a"s, "dGVzdA"s, "dGVz dA=="s, "dGVzdA==\r"s, "dGVzdB=="s,
          "**"s, "-_-_"s, std::string(12'292, 'A')}) {
      auto x = begun(how);
      x.begin(std::nullopt);
      BOOST_TEST((x.respond(line) == state::malformed), line.substr(0, 20));
    }
    for (const auto* line : {"", "*", "a", "==", "dGVzdA"}) {
      auto x = begun(how);
      BOOST_TEST((x.begin(line) == state::malformed), line);
    }
  }
}

BOOST_AUTO_TEST_CASE(no_mechanism_takes_an_empty_response_first) {
  for (const auto how :
       {mechanism::plain, mechanism::login, mechanism::scram_sha_256}) {
    BOOST_TEST((begun(how).begin("=") == state::malformed));
    auto x = begun(how);
    x.begin(std::nullopt);
    BOOST_TEST((x.respond("") == state::malformed));
  }
}

BOOST_AUTO_TEST_CASE(what_has_ended_stays_as_it_is) {
  auto x = begun(mechanism::plain);
  BOOST_TEST((x.begin("AHRlc3Q=") == state::malformed));
  BOOST_TEST((x.respond("dGVzdAB0ZXN0ADEyMzQ=") == state::malformed));
  BOOST_TEST((x.begin("dGVzdAB0ZXN0ADEyMzQ=") == state::malformed));
  BOOST_TEST((x.respond("*") == state::malformed));
  BOOST_TEST((x.verifier(pencil) == state::malformed));
  BOOST_TEST((x.now() == state::malformed));
}

BOOST_AUTO_TEST_CASE(a_verifier_nobody_asked_for_has_no_effect) {
  auto x = begun(mechanism::scram_sha_256);
  BOOST_TEST((x.verifier(pencil) == state::challenge));
  BOOST_TEST(
    (x.begin(encode_base64(scram_client{}.first())) == state::find_verifier));
  BOOST_TEST((x.respond("*") == state::find_verifier));
  BOOST_TEST((x.verifier(pencil) == state::challenge));
  const auto challenge = x.challenge();
  BOOST_TEST((x.verifier(pencil) == state::challenge));
  BOOST_TEST(x.challenge() == challenge);
}

BOOST_AUTO_TEST_CASE(it_can_be_moved_between_two_lines) {
  auto x = begun(mechanism::login);
  x.begin("dGVzdA==");
  auto y = std::move(x);
  BOOST_TEST((y.respond("MTIzNA==") == state::check_password));
  BOOST_TEST(y.user() == "test");
  BOOST_TEST(y.password() == "1234");
}

BOOST_AUTO_TEST_SUITE_END()
