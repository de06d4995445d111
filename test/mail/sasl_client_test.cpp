#include "mail/sasl/base64.hpp"
#include "mail/sasl/client.hpp"
#include "mail/sasl/exchange.hpp"
#include "mail/sasl/password.hpp"
#include "mail/sasl/scram_message.hpp"

#include <boost/test/unit_test.hpp>

using namespace stagepost::sasl;

namespace {

// RFC 7677, 3.
const std::string nonce = "rOprNGfwEbeRWgbNEkqO";
const std::string server_first
  = "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
    "s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";

client scram(const std::string& user = "user",
             const std::string& password = "pencil") {
  return {mechanism::scram_sha_256, user, password, nonce};
}

} // namespace

BOOST_AUTO_TEST_SUITE(sasl_client)

BOOST_AUTO_TEST_CASE(plain_says_all_at_once) {
  client x(mechanism::plain, "jo@x.org", "a b\xc3\xa9", "");
  BOOST_TEST((x.initial() == std::string("\0jo@x.org\0a b\xc3\xa9", 15)));
  BOOST_TEST(x.satisfied());
  BOOST_TEST(!x.answer("more"));
  BOOST_TEST(x.why() == "it goes on asking");
}

BOOST_AUTO_TEST_CASE(login_answers_whatever_it_is_asked) {
  client x(mechanism::login, "jo", "secret", "");
  BOOST_TEST(!x.initial());
  BOOST_TEST((x.answer("User Name") == "jo"));
  BOOST_TEST((x.answer("") == "secret"));
  BOOST_TEST(!x.answer("Password:"));
}

BOOST_AUTO_TEST_CASE(scram_says_what_the_rfc_has) {
  auto x = scram();
  BOOST_TEST((x.initial() == "n,,n=user,r=rOprNGfwEbeRWgbNEkqO"));
  BOOST_TEST((x.answer(server_first)
              == "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                 "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="));
  BOOST_TEST(!x.satisfied());
  BOOST_TEST(
    (x.answer("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=") == ""));
  BOOST_TEST(x.satisfied());
}

BOOST_AUTO_TEST_CASE(names_are_prepared_and_escaped) {
  BOOST_TEST((scram("a,b=c").initial() == "n,,n=a=2Cb=3Dc,r=" + nonce));
  BOOST_TEST((scram("I\xc2\xadX").initial() == "n,,n=IX,r=" + nonce));
}

BOOST_AUTO_TEST_CASE(challenges_of_no_use_break_it_off) {
  const struct {
    std::string challenge;
    std::string why;
  } table[] = {
    {"", "its challenge is none of SCRAM-SHA-256"},
    {"r=other,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
     "its challenge is none of SCRAM-SHA-256"},
    {"r=" + nonce + ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", // adds nothing
     "its challenge is none of SCRAM-SHA-256"},
    {"r=" + nonce + "x,s=,i=4096", "its challenge is none of SCRAM-SHA-256"},
    {"r=" + nonce + "x,s=!,i=4096", "its challenge is none of SCRAM-SHA-256"},
    {"r=" + nonce + "x,s=W22Z,i=x", "its challenge is none of SCRAM-SHA-256"},
    {"r=" + nonce + "x,s=W22Z,i=4096,m=1",
     "its challenge is none of SCRAM-SHA-256"},
    {"r=" + nonce + "x,s=W22Z,i=4095",
     "its count of iterations is out of range"},
    {"r=" + nonce + "x,s=W22Z,i=200001",
     "its count of iterations is out of range"},
    {"r=" + nonce + "x,s=W22Z,i=99999999999",
     "its challenge is none of SCRAM-SHA-256"},
  };
  for (const auto& [challenge, why] : table) {
    auto x = scram();
    static_cast<void>(x.initial());
    BOOST_TEST(!x.answer(challenge));
    BOOST_TEST(x.why() == why);
    BOOST_TEST(!x.satisfied());
  }
}

BOOST_AUTO_TEST_CASE(a_server_that_knows_no_password_is_not_believed) {
  for (const auto* last :
       {"v=AAriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", "v=", "",
        "e=other-error", "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="}) {
    auto x = scram();
    static_cast<void>(x.initial());
    BOOST_TEST(x.answer(server_first).has_value());
    BOOST_TEST(!x.answer(last));
    BOOST_TEST(x.why() == "it does not know the password");
    BOOST_TEST(!x.satisfied());
  }
}

BOOST_AUTO_TEST_CASE(our_own_server_believes_it) {
  for (const auto* password : {"pencil", "wrong"}) {
    circumstances where;
    where.nonce = "c2VydmVyIG5vbmNlIG9mIDE4";
    exchange server{mechanism::scram_sha_256, where};
    auto x = scram("user", password);
    auto now = server.begin(encode_base64(*x.initial()));
    BOOST_TEST((now == state::find_verifier));
    now = server.verifier(
      *make_scram_verifier("pencil", std::string(salt_octets, 's'), 4096));
    BOOST_TEST((now == state::challenge));
    const auto proof = x.answer(*decode_base64(server.challenge()));
    BOOST_TEST_REQUIRE(proof.has_value());
    now = server.respond(encode_base64(*proof));
    if (std::string{password} == "wrong") {
      BOOST_TEST((now == state::failed));
      continue;
    }
    BOOST_TEST((now == state::challenge));
    BOOST_TEST((x.answer(*decode_base64(server.challenge())) == ""));
    BOOST_TEST((server.respond("") == state::proved));
    BOOST_TEST(x.satisfied());
  }
}

BOOST_AUTO_TEST_SUITE_END()
