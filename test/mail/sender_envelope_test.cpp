#include "mail/notify.hpp"
#include "mail/smtp/sender.hpp"
#include "test/mail/sender_script.hpp"

#include <boost/test/unit_test.hpp>

using namespace stagepost;
using namespace stagepost::test;
using policy = smtp::sender::tls_policy;
using returns = smtp::sender::returns;

namespace {

std::string offering(const std::string& keywords) {
  return "S: 220 mx\nC: EHLO us\nS: 250-mx\n" + keywords + "\nS: 250 HELP\n";
}

// A message whose sender has a lot to say of it.
smtp::sender::envelope talkative() {
  auto x = two();
  x.id = "QQ+1 4";
  x.returns = returns::header;
  x.recipients[0].notify = notify_success | notify_delay;
  x.recipients[0].original = "rfc822;a+b@x.org";
  x.recipients[1].notify = notify_never;
  return x;
}

smtp::sender::envelope guarded() {
  auto x = two();
  x.require_tls = true;
  return x;
}

} // namespace

// What the envelope asks for besides its addresses, and who is asked for it.
BOOST_AUTO_TEST_SUITE(sender_envelope)

BOOST_AUTO_TEST_CASE(what_reports_shall_say_goes_to_a_server_with_dsn) {
  play(offering("S: 250-DSN") + R"(
    ! begin
    C: MAIL FROM:<s@y.org> RET=HDRS ENVID=QQ+2B1+204
    S: 250 Ok
    C: RCPT TO:<a@x.org> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;a+2Bb@x.org
    S: 250 Ok
    C: RCPT TO:<b@x.org> NOTIFY=NEVER
    S: 250 Ok
    C: DATA)",
       policy::none, talkative());
  auto x = talkative();
  x.returns = returns::full;
  play(offering("S: 250-DSN\nS: 250-PIPELINING") + R"(
    ! begin
    C: MAIL FROM:<s@y.org> RET=FULL ENVID=QQ+2B1+204
    C: RCPT TO:<a@x.org> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;a+2Bb@x.org
    C: RCPT TO:<b@x.org> NOTIFY=NEVER
    C: DATA)",
       policy::none, x);
}

BOOST_AUTO_TEST_CASE(a_server_without_dsn_hears_nothing_of_it) {
  play(pipelined + all_at_once, policy::none, talkative());
}

BOOST_AUTO_TEST_CASE(what_was_not_said_is_not_said) {
  play(offering("S: 250-DSN\nS: 250-PIPELINING\nS: 250-SMTPUTF8\n"
                "S: 250-REQUIRETLS\nS: 250-BINARYMIME")
       + all_at_once);
}

BOOST_AUTO_TEST_CASE(the_outcome_tells_whose_reports_are_due) {
  for (const bool dsn : {false, true}) {
    smtp::sender it({"us", policy::none, false});
    it.feed("220 mx\r\n");
    BOOST_TEST(it.take_output() == "EHLO us\r\n");
    it.feed(dsn ? "250-mx\r\n250 DSN\r\n" : "250 mx\r\n");
    it.begin(two());
    BOOST_TEST(it.outcome().reports == dsn);
    BOOST_TEST(it.server().dsn == dsn);
  }
}

BOOST_AUTO_TEST_CASE(smtputf8_is_said_where_it_is_needed) {
  const auto hello = offering("S: 250-SMTPUTF8\nS: 250-PIPELINING");
  auto x = two();
  x.smtputf8 = true;
  play(hello + R"(
    ! begin
    C: MAIL FROM:<s@y.org> SMTPUTF8
    C: RCPT TO:<a@x.org>
    C: RCPT TO:<b@x.org>
    C: DATA)",
       policy::none, x);
  x = two();
  x.recipients[1].address = "jörg@bücher.example";
  play(hello + R"(
    ! begin
    C: MAIL FROM:<s@y.org> SMTPUTF8
    C: RCPT TO:<a@x.org>
    C: RCPT TO:<jörg@bücher.example>
    C: DATA)",
       policy::none, x);
}

BOOST_AUTO_TEST_CASE(nothing_in_utf8_goes_to_a_server_without_smtputf8) {
  auto x = two();
  x.smtputf8 = true;
  play(plain + R"(
    ! begin
    ? finished
    usable
    = 554 5.6.7 Message needs SMTPUTF8, which the server does not take
    = 554 5.6.7 Message needs SMTPUTF8, which the server does not take)",
       policy::none, x);
  x.eight_bit = true; // nor does that help
  x.stays_eight_bit = "its header is not ASCII";
  play(plain + R"(
    ! begin
    ? finished
    usable
    = 554 5.6.7 Message needs SMTPUTF8, which the server does not take
    = 554 5.6.7 Message needs SMTPUTF8, which the server does not take)",
       policy::none, x);
  x = two();
  x.sender = "jörg@y.org";
  play(plain + R"(
    ! begin
    ? finished
    = 553 5.6.7 Sender address is not ASCII)",
       policy::none, x);
  x = two();
  x.recipients[0].address = "jörg@x.org";
  play(plain + R"(
    ! begin
    C: MAIL FROM:<s@y.org>
    S: 250 Ok
    C: RCPT TO:<b@x.org>
    S: 250 Ok
    C: DATA
    S: 354 Go on
    ! sent
    S: 250 Queued
    ? finished
    = 553 5.6.7 Recipient address is not ASCII
    = 250 Queued)",
       policy::none, x);
}

BOOST_AUTO_TEST_CASE(a_quoted_local_part_goes_as_it_is) {
  auto x = two();
  x.sender = R"("c d"@y.org)";
  x.recipients[0].address = R"("a b"@x.org)";
  x.recipients[1].address = R"("<\">"@x.org)";
  play(plain + R"(
    ! begin
    C: MAIL FROM:<"c d"@y.org>
    S: 250 Ok
    C: RCPT TO:<"a b"@x.org>
    S: 250 Ok
    C: RCPT TO:<"<\">"@x.org>
    S: 250 Ok
    C: DATA
    S: 354 Go on
    ! sent
    S: 250 Queued
    ? finished
    = 250 Queued
    = 250 Queued)",
       policy::none, x);
  for (const auto* bad : {R"("a b@x.org)", R"("a" b@x.org)", "\"a\r\n\"@x.org",
                          R"("a\"@x.org)"}) {
    x = two();
    x.recipients[0].address = x.recipients[1].address = bad;
    play(plain + R"(
    ! begin
    ? finished
    = 501 5.1.3 Recipient address holds forbidden characters
    = 501 5.1.3 Recipient address holds forbidden characters)",
         policy::none, x);
  }
}

BOOST_AUTO_TEST_CASE(what_is_no_utf8_goes_to_nobody) {
  auto x = two();
  x.recipients[0].address = x.recipients[1].address = "j\xf6rg@x.org";
  play(offering("S: 250-SMTPUTF8") + R"(
    ! begin
    ? finished
    = 501 5.1.3 Recipient address holds forbidden characters)",
       policy::none, x);
  x = two();
  x.sender = "j\xf6rg@x.org";
  play(offering("S: 250-SMTPUTF8") + R"(
    ! begin
    ? finished
    = 501 5.1.7 Sender address holds forbidden characters)",
       policy::none, x);
}

BOOST_AUTO_TEST_CASE(binary_mail_goes_where_it_stays_what_it_is) {
  auto x = two();
  x.binary = true;
  play(offering("S: 250-BINARYMIME\nS: 250-CHUNKING\nS: 250-8BITMIME") + R"(
    ! begin
    C: MAIL FROM:<s@y.org> BODY=BINARYMIME)",
       policy::none, x);
  for (const auto* offered : {"S: 250-CHUNKING\nS: 250-8BITMIME",
                              "S: 250-BINARYMIME\nS: 250-8BITMIME"})
    play(offering(offered) + R"(
    ! begin
    ? finished
    usable
    = 554 5.6.3 Message is binary, and the server takes text only)",
         policy::none, x);
}

BOOST_AUTO_TEST_CASE(guarded_mail_goes_to_a_verified_server_that_guards_it) {
  play(R"(
    S: 220 mx
    C: EHLO us
    S: 250-mx
    S: 250 STARTTLS
    C: STARTTLS
    S: 220 Go
    ! verified
    C: EHLO us
    S: 250-mx
    S: 250 REQUIRETLS
    ! begin
    C: MAIL FROM:<s@y.org> REQUIRETLS)",
       policy::opportunistic, guarded());
}

BOOST_AUTO_TEST_CASE(guarded_mail_goes_to_nobody_else) {
  const std::string refused = R"(
    ! begin
    ? finished
    usable
    = 550 5.7.30 REQUIRETLS support required
    = 550 5.7.30 REQUIRETLS support required
    ! proceed
    ? ready)";
  const std::string until_tls = R"(
    S: 220 mx
    C: EHLO us
    S: 250-mx
    S: 250-REQUIRETLS
    S: 250 STARTTLS
    C: STARTTLS
    S: 220 Go)";
  // in clear, whatever it offers
  play(offering("S: 250-REQUIRETLS") + refused, policy::none, guarded());
  // by TLS with whomever
  play(until_tls + "\n! tls\nC: EHLO us\nS: 250-mx\nS: 250 REQUIRETLS"
         + refused,
       policy::opportunistic, guarded());
  // by TLS with a server that would pass it on in clear
  play(until_tls + "\n! verified\nC: EHLO us\nS: 250 mx" + refused,
       policy::opportunistic, guarded());
}

BOOST_AUTO_TEST_CASE(a_domain_that_nothing_vouches_for_gets_no_guarded_mail) {
  auto x = guarded();
  x.recipients[1].sure = false;
  play(R"(
    S: 220 mx
    C: EHLO us
    S: 250-mx
    S: 250 STARTTLS
    C: STARTTLS
    S: 220 Go
    ! verified
    C: EHLO us
    S: 250-mx
    S: 250 REQUIRETLS
    ! begin
    C: MAIL FROM:<s@y.org> REQUIRETLS
    S: 250 Ok
    C: RCPT TO:<a@x.org>
    S: 250 Ok
    C: DATA)",
       policy::opportunistic, x);
}

BOOST_AUTO_TEST_CASE(a_report_on_guarded_mail_is_not_lost) {
  auto x = guarded();
  x.sender.clear();
  x.recipients[0].sure = false;
  play(offering("S: 250-PIPELINING") + R"(
    ! begin
    C: MAIL FROM:<>
    C: RCPT TO:<a@x.org>
    C: RCPT TO:<b@x.org>
    C: DATA)",
       policy::opportunistic, x);
}

BOOST_AUTO_TEST_SUITE_END()
