#include "mail/smtp/sender.hpp"
#include "test/mail/sender_script.hpp"

#include <boost/test/unit_test.hpp>

using namespace stagepost;
using namespace stagepost::test;
using policy = smtp::sender::tls_policy;

BOOST_AUTO_TEST_SUITE(sender)

BOOST_AUTO_TEST_CASE(commands_go_one_by_one_to_a_server_without_pipelining) {
  play(plain + R"(
    ! begin
    C: MAIL FROM:<s@y.org>
    S: 250 2.1.0 Ok
    C: RCPT TO:<a@x.org>
    S: 250 2.1.5 Ok
    C: RCPT TO:<b@x.org>
    S: 251 2.1.5 Forwarded
    C: DATA
    S: 354 Go on
    ? send_content
    ! sent
    ? none
    S: 250-2.0.0 Queued
    S: 250 2.0.0 as 42
    ? finished
    usable
    = 250 2.0.0 Queued as 42
    = 250 2.0.0 Queued as 42
    ! proceed
    ? ready
    ! quit
    C: QUIT
    ? none
    S: 221 Bye
    ? hang_up
    why 000)");
}

BOOST_AUTO_TEST_CASE(commands_go_together_to_a_server_with_pipelining) {
  play(pipelined + all_at_once + R"(
    S: 250 Ok
    S: 250 Ok
    S: 250 Ok
    S: 354 Go on
    ? send_content
    ! sent
    S: 250 2.0.0 Queued
    ? finished
    = 250 2.0.0 Queued
    = 250 2.0.0 Queued
    ! proceed
    ? ready)"
       + all_at_once);
}

BOOST_AUTO_TEST_CASE(a_refused_recipient_does_not_hurt_the_others) {
  play(pipelined + all_at_once + R"(
    S: 250 Ok
    S: 550 5.1.1 Unknown
    S: 250 Ok
    S: 354 Go on
    ! sent
    S: 250 Queued
    ? finished
    = 550 5.1.1 Unknown
    = 250 Queued)");
  play(plain + R"(
    ! begin
    C: MAIL FROM:<s@y.org>
    S: 250 Ok
    C: RCPT TO:<a@x.org>
    S: 250 Ok
    C: RCPT TO:<b@x.org>
    S: 450 4.2.1 Later
    C: DATA
    S: 354 Go on
    ! sent
    S: 552 5.2.2 Full
    ? finished
    usable
    = 552 5.2.2 Full
    = 450 4.2.1 Later
    ! proceed
    ? ready)");
}

BOOST_AUTO_TEST_CASE(data_is_not_asked_for_when_all_are_refused) {
  play(plain + R"(
    ! begin
    C: MAIL FROM:<s@y.org>
    S: 250 Ok
    C: RCPT TO:<a@x.org>
    S: 550 No
    C: RCPT TO:<b@x.org>
    S: 551 No
    ? finished
    usable
    = 550 No
    = 551 No
    ! proceed
    C: RSET
    ? none
    S: 250 Ok
    ? ready)");
}

BOOST_AUTO_TEST_CASE(a_354_without_recipients_gets_a_lone_dot) {
  play(pipelined + all_at_once + R"(
    S: 250 Ok
    S: 550 No
    S: 551 No
    S: 354 Go on
    C: .
    ? none
    S: 250 Queued
    ? finished
    usable
    = 550 No
    = 551 No
    ! proceed
    ? ready)");
}

BOOST_AUTO_TEST_CASE(a_refused_data_leaves_a_transaction_to_reset) {
  play(pipelined + all_at_once + R"(
    S: 250 Ok
    S: 550 No
    S: 250 Ok
    S: 451 4.3.0 Disk
    ? finished
    = 550 No
    = 451 4.3.0 Disk
    ! proceed
    C: RSET
    S: 250 Ok
    ? ready)");
  play(pipelined + all_at_once + R"(
    S: 250 Ok
    S: 550 No
    S: 550 No
    S: 503 Bad
    ? finished
    = 550 No
    = 550 No
    ! proceed
    C: RSET
    S: 502 What
    ? hang_up
    why 502 What)");
}

BOOST_AUTO_TEST_CASE(a_refused_mail_decides_every_recipient) {
  play(plain + R"(
    ! begin
    C: MAIL FROM:<s@y.org>
    S: 550 5.7.1 Not you
    ? finished
    usable
    = 550 5.7.1 Not you
    = 550 5.7.1 Not you
    ! proceed
    ? ready)");
  play(pipelined + all_at_once + R"(
    S: 450 4.7.1 Later
    S: 503 Bad sequence
    S: 503 Bad sequence
    S: 503 Bad sequence
    ? finished
    usable
    = 450 4.7.1 Later
    = 450 4.7.1 Later
    ! proceed
    ? ready)");
  play(pipelined + all_at_once + R"(
    S: 450 4.7.1 Later
    S: 503 Bad sequence
    S: 503 Bad sequence
    S: 354 Go on
    C: .
    S: 503 What
    ? finished
    = 450 4.7.1 Later
    = 450 4.7.1 Later
    ! proceed
    ? ready)");
}

BOOST_AUTO_TEST_CASE(nothing_goes_to_recipients_taken_without_a_sender) {
  play(pipelined + all_at_once + R"(
    S: 550 Not you
    S: 250 Ok
    S: 250 Ok
    S: 354 Go on
    ? finished
    unusable
    = 550 Not you
    = 550 Not you)");
}

BOOST_AUTO_TEST_CASE(parameters_are_given_where_they_are_offered) {
  const std::string hello = R"(
    S: 220 mx
    C: EHLO us
    S: 250-mx
    S: 250-size 1000
    S: 250 8bitmime
    ! begin)";
  auto x = two();
  x.size = 1000;
  x.eight_bit = true;
  play(hello + "\nC: MAIL FROM:<s@y.org> SIZE=1000 BODY=8BITMIME", policy::none,
       x);
  x.eight_bit = false;
  x.sender = "";
  play(hello + "\nC: MAIL FROM:<> SIZE=1000", policy::none, x);
  play(plain + "\n! begin\nC: MAIL FROM:<>", policy::none, x);
  x.resized = true; // to what, nobody knows
  play(hello + "\nC: MAIL FROM:<>", policy::none, x);
  x.size = 1001;
  play(hello + R"(
    ? finished
    usable
    = 552 5.3.4 Message is larger than the 1000 octets that the server takes
    = 552 5.3.4 Message is larger than the 1000 octets that the server takes
    ! proceed
    ? ready)",
       policy::none, x);
}

BOOST_AUTO_TEST_CASE(eight_bit_content_never_goes_to_a_7bit_server) {
  auto x = two();
  x.eight_bit = true;
  play(plain + R"(
    ! begin
    ? finished
    usable
    = 554 5.6.3 Message is 8bit, and the server takes 7bit
    = 554 5.6.3 Message is 8bit, and the server takes 7bit
    ! proceed
    ? ready)",
       policy::none, x);
}

BOOST_AUTO_TEST_CASE(an_address_that_breaks_out_of_its_command_is_not_sent) {
  for (const std::string bad :
       {"a@x.org>\r\nDATA", "a@x.org\n", "a\r@x.org", "a b@x.org", "<a@x.org",
        "a@x.org>", "a\t@x.org", "a\x7f@x.org", ""}) {
    auto x = two();
    x.recipients[0].address = bad;
    sender_script({"us", policy::none, false}, x)
      .play(plain
            + "\n! begin\nC: MAIL FROM:<s@y.org>\nS: 250 Ok\n"
              "C: RCPT TO:<b@x.org>\nS: 250 Ok\nC: DATA");
    x.recipients[1].address = bad;
    const std::string said = bad.empty()
                               ? "501 5.1.3 Recipient address is empty"
                               : "501 5.1.3 Recipient address holds "
                                 "forbidden characters";
    play(plain + "\n! begin\n? finished\nusable\n= " + said + "\n= " + said,
         policy::none, x);
  }
  auto x = two();
  x.sender = "s@y.org> SIZE=1\r\nRSET";
  play(plain + R"(
    ! begin
    ? finished
    = 501 5.1.7 Sender address holds forbidden characters)",
       policy::none, x);
  x = two();
  x.recipients[0].address = {"nul\0@x.org", 10};
  x.recipients[1].address = "\xc3\xa9@x.org";
  play(plain + R"(
    ! begin
    ? finished
    = 501 5.1.3 Recipient address holds forbidden characters
    = 553 5.6.7 Recipient address is not ASCII)",
       policy::none, x);
}

BOOST_AUTO_TEST_SUITE_END()
