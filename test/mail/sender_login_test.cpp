#include "mail/sasl/base64.hpp"
#include "mail/smtp/sender.hpp"
#include "test/mail/sender_script.hpp"

#include <boost/test/unit_test.hpp>

using namespace stagepost;
using namespace stagepost::test;
using policy = smtp::sender::tls_policy;

namespace {

// RFC 7677, 3.
const smtp::credentials who{"user", "pencil", "rOprNGfwEbeRWgbNEkqO", true};

void play_login(const std::string& dialogue, bool in_clear = true,
                policy tls = policy::none, bool secure = false) {
  auto me = who;
  me.in_clear = in_clear;
  sender_script({"us", tls, secure, me}, two()).play(dialogue);
}

std::string offering(const std::string& keywords) {
  return "S: 220 mx\nC: EHLO us\nS: 250-mx\nS: 250 " + keywords + "\n";
}

std::string line(std::string_view octets) {
  return sasl::encode_base64(octets) + '\n';
}

const std::string plain_line = line({"\0user\0pencil", 12});

const std::string scram_first
  = "C: AUTH SCRAM-SHA-256 " + line("n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
const std::string scram_final
  = "S: 334 "
    + line("r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
           "s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")
    + "C: "
    + line("c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
           "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
const std::string failed = "? hang_up\nwhy 454 4.7.0 Login failed: ";

} // namespace

// AUTH at a smart host (RFC 4954).
BOOST_AUTO_TEST_SUITE(sender_login)

BOOST_AUTO_TEST_CASE(plain_goes_along_with_its_name) {
  play_login(offering("AUTH CRAM-MD5 PLAIN LOGIN") + "C: AUTH PLAIN "
             + plain_line + R"(
    ? none
    S: 235 2.7.0 Welcome
    ? ready
    ! begin
    C: MAIL FROM:<s@y.org>)");
}

BOOST_AUTO_TEST_CASE(login_answers_two_prompts) {
  for (const auto* prompt : {"UGFzc3dvcmQ6", "Password:", ""})
    play_login(offering("AUTH=LOGIN")
               + "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: " + line("user")
               + "S: 334 " + prompt + "\nC: " + line("pencil") + R"(
    S: 235 Welcome
    ? ready)");
}

BOOST_AUTO_TEST_CASE(scram_is_the_first_choice) {
  play_login(offering("AUTH LOGIN PLAIN SCRAM-SHA-256") + scram_first
             + scram_final + "S: 334 "
             + line("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=") + R"(
    C: 
    ? none
    S: 235 2.7.0 Welcome
    ? ready)");
}

BOOST_AUTO_TEST_CASE(a_server_that_proves_nothing_is_not_believed) {
  play_login(offering("AUTH PLAIN SCRAM-SHA-256") + scram_first + scram_final
             + "S: 235 Welcome\n" + failed
             + "the server did not prove that it knows the password");
  play_login(offering("AUTH PLAIN SCRAM-SHA-256") + scram_first
             + "S: 235 Welcome\n" + failed
             + "the server did not prove that it knows the password");
  play_login(offering("AUTH PLAIN SCRAM-SHA-256") + scram_first + scram_final
             + "S: 334 " + line("v=AAAA") + "C: *\nS: 501 Cancelled\n" + failed
             + "the server's challenge can't be answered: it does not know the "
               "password");
}

BOOST_AUTO_TEST_CASE(a_mechanism_that_is_refused_is_followed_by_the_next) {
  play_login(offering("AUTH LOGIN PLAIN SCRAM-SHA-256") + scram_first
             + "S: 535 5.7.8 No\nC: AUTH PLAIN " + plain_line
             + "S: 504 5.5.4 What\nC: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: "
             + line("user") + "S: 535 5.7.8 No\n" + failed + "535 5.7.8 No");
  play_login(offering("AUTH PLAIN LOGIN") + "C: AUTH PLAIN " + plain_line
             + "S: 535 5.7.8 Bad password\n" + failed
             + "535 5.7.8 Bad password");
}

BOOST_AUTO_TEST_CASE(a_failed_login_is_temporary) {
  for (const std::string said :
       {"535 5.7.8 Bad password", "454 4.7.0 Not now", "530 5.7.0 What"})
    play_login(offering("AUTH PLAIN") + "C: AUTH PLAIN " + plain_line
               + "S: " + said + '\n' + failed + said);
  play_login(offering("AUTH GSSAPI") + failed
             + "the server offers no AUTH by SCRAM-SHA-256, PLAIN or LOGIN");
  play_login(offering("HELP") + failed
             + "the server offers no AUTH by SCRAM-SHA-256, PLAIN or LOGIN");
  play_login(offering("AUTH PLAIN") + "C: AUTH PLAIN " + plain_line
             + "S: 334 \nC: *\nS: 501 Cancelled\n" + failed
             + "the server's challenge can't be answered: it goes on asking");
  play_login(offering("AUTH PLAIN") + "C: AUTH PLAIN " + plain_line
             + "S: 421 4.3.2 Going down\n? hang_up\n"
               "why 421 4.3.2 Going down");
}

BOOST_AUTO_TEST_CASE(nothing_secret_goes_in_clear) {
  play_login(offering("AUTH PLAIN SCRAM-SHA-256") + failed
               + "there is no TLS, and the password does not go in clear",
             false);
  const auto begun = offering("STARTTLS") + "C: STARTTLS\n";
  play_login(begun + "S: 454 4.7.0 Not now\n" + failed
               + "there is no TLS, and the password does not go in clear",
             false, policy::opportunistic);
  play_login(begun
               + "S: 220 Go\n! tls\nC: EHLO us\nS: 250-mx\n"
                 "S: 250 AUTH PLAIN\nC: AUTH PLAIN "
               + plain_line + "S: 235 Welcome\n? ready",
             false, policy::opportunistic);
  // What was offered in clear does not count.
  play_login("S: 220 mx\nC: EHLO us\nS: 250-mx\nS: 250-AUTH PLAIN\n"
             "S: 250 STARTTLS\nC: STARTTLS\nS: 220 Go\n! tls\nC: EHLO us\n"
             "S: 250 mx\n"
               + failed
               + "the server offers no AUTH by SCRAM-SHA-256, PLAIN or LOGIN",
             false, policy::opportunistic);
  // TLS from the first octet.
  play_login(offering("AUTH PLAIN") + "C: AUTH PLAIN " + plain_line, false,
             policy::required, true);
}

BOOST_AUTO_TEST_CASE(a_server_that_repeats_the_login_is_not_quoted) {
  const auto said = plain_line.substr(0, plain_line.size() - 1);
  for (const auto& words : {"What is AUTH PLAIN " + said, said,
                            std::string("Your password is pencil")})
    play_login(offering("AUTH PLAIN") + "C: AUTH PLAIN " + plain_line
               + "S: 500 5.5.2 " + words + '\n' + failed
               + "500 (with words that repeat the login)");
}

BOOST_AUTO_TEST_CASE(a_long_login_waits_for_its_prompt) {
  auto me = who;
  me.password = std::string(600, 'x');
  sender_script({"us", policy::none, false, me}, two())
    .play(offering("AUTH PLAIN") + "C: AUTH PLAIN\nS: 334 \nC: "
          + line(std::string("\0user\0", 6) + me.password)
          + "S: 235 Welcome\n? ready");
}

BOOST_AUTO_TEST_SUITE_END()
