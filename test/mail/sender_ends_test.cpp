#include "mail/smtp/sender.hpp"
#include "test/mail/sender_script.hpp"

#include <boost/test/unit_test.hpp>

using namespace stagepost;
using namespace stagepost::test;
using policy = smtp::sender::tls_policy;

BOOST_AUTO_TEST_SUITE(sender_ends)

BOOST_AUTO_TEST_CASE(helo_is_said_to_a_server_that_knows_no_ehlo) {
  play(R"(
    S: 220 mx
    C: EHLO us
    S: 502 5.5.1 What
    C: HELO us
    S: 250 mx
    ? ready
    ! begin
    C: MAIL FROM:<s@y.org>)");
}

BOOST_AUTO_TEST_CASE(a_server_that_does_not_want_us_ends_the_dialogue) {
  for (const std::string greeting :
       {"S: 554 5.7.1 Go", "S: 421 4.3.2 Busy", "S: 450 Later"})
    play(greeting + "\n? hang_up\nwhy " + greeting.substr(3));
  play("S: 250 Hi\n? hang_up\n"
       "why 451 4.5.0 Server broke the protocol: 220 was due, and it said 250 "
       "Hi");
  play("S: 220 mx\nC: EHLO us\nS: 450 4.7.1 Later\n? hang_up\n"
       "why 450 4.7.1 Later");
  play("S: 220 mx\nC: EHLO us\nS: 550 No\nC: HELO us\nS: 550 5.7.1 No\n"
       "? hang_up\nwhy 550 5.7.1 No");
  play("S: 220 mx\nC: EHLO us\nS: 354 What\n? hang_up\n"
       "why 451 4.5.0 Server broke the protocol: 250 was due, and it said 354 "
       "What");
}

BOOST_AUTO_TEST_CASE(a_421_ends_the_dialogue_and_defers_who_is_open) {
  play(pipelined + all_at_once + R"(
    S: 250 Ok
    S: 550 No
    S: 421 4.3.2 Going down
    ? finished
    unusable
    = 550 No
    = 421 4.3.2 Going down
    ! proceed
    ? hang_up
    why 421 4.3.2 Going down)");
  play(pipelined + all_at_once + R"(
    S: 250 Ok
    S: 250 Ok
    S: 250 Ok
    S: 354 Go on
    ! sent
    S: 421 Going down
    ? finished
    = 421 Going down
    = 421 Going down)");
  play(plain
       + "\nS: 421 4.4.2 Idle\n? hang_up\nwhy 421 4.4.2 Idle\n"
         "! begin\n? finished\nunusable\n= 421 4.4.2 Idle");
}

BOOST_AUTO_TEST_CASE(a_421_after_the_outcome_changes_no_outcome) {
  play(pipelined + all_at_once + R"(
    S: 250 Ok
    S: 250 Ok
    S: 250 Ok
    S: 354 Go on
    ! sent
    S: 250 Queued
    S: 421 Bye
    ? finished
    unusable
    = 250 Queued
    = 250 Queued
    ! proceed
    ? hang_up
    why 421 Bye)");
}

BOOST_AUTO_TEST_CASE(a_server_that_refuses_the_content_midway_is_heard) {
  play(pipelined + all_at_once + R"(
    S: 250 Ok
    S: 250 Ok
    S: 250 Ok
    S: 354 Go on
    ? send_content
    S: 552 5.3.4 Too much
    ? finished
    unusable
    = 552 5.3.4 Too much
    = 552 5.3.4 Too much
    ! proceed
    ? hang_up)");
}

BOOST_AUTO_TEST_CASE(a_250_before_the_dot_accepts_nothing) {
  play(pipelined + all_at_once + R"(
    S: 250 Ok
    S: 250 Ok
    S: 250 Ok
    S: 354 Go on
    S: 250 Queued
    ? finished
    unusable
    = 451 4.5.0 Server broke the protocol: the content was due, and it said 250 Queued)");
}

BOOST_AUTO_TEST_CASE(replies_that_were_not_asked_for_end_the_dialogue) {
  const std::string early = "? hang_up\nwhy 451 4.5.0 Server broke the "
                            "protocol: it spoke before it was asked";
  play("S: 220 mx\nS: 250 mx\n" + early);
  play("S: 220 mx\nC: EHLO us\nS: 250 mx\nS: 250 Ok\n? hang_up\n"
       "why 451 4.5.0 Server broke the protocol: nothing was due, and it "
       "said 250 Ok");
  play(plain + R"(
    ! begin
    C: MAIL FROM:<s@y.org>
    S: 250 Ok
    S: 250 Ok
    ? finished
    unusable
    = 451 4.5.0 Server broke the protocol: it spoke before it was asked)");
  play(pipelined + all_at_once + R"(
    S: 250 Ok
    S: 250 Ok
    S: 250 Ok
    S: 250 Ok
    ? finished
    = 451 4.5.0 Server broke the protocol: 354 was due, and it said 250 Ok)");
}

BOOST_AUTO_TEST_CASE(what_we_find_out_is_not_the_server_s_word) {
  for (const auto* said : {"220 mx\r\n250 mx\r\n", "HTTP/1.1 400 Bad\r\n"}) {
    smtp::sender it({"us", policy::required, false});
    for (const auto line : {std::string_view{said}.substr(0, 8),
                            std::string_view{said}.substr(8)}) {
      it.feed(line);
      (void)it.take_output();
    }
    BOOST_TEST((it.wanted() == smtp::sender::wish::hang_up));
    BOOST_TEST(it.why().ours, to_string(it.why()));
  }
  smtp::sender it({"us", policy::required, false});
  it.feed("554 5.7.1 Go away\r\n");
  BOOST_TEST(!it.why().ours);
}

BOOST_AUTO_TEST_CASE(half_a_reply_while_idle_is_not_taken_for_the_next_one) {
  smtp::sender it({"us", policy::none, false});
  it.feed("220 mx\r\n");
  BOOST_TEST(it.take_output() == "EHLO us\r\n");
  it.feed("250 mx\r\n250 O");
  it.begin(two());
  BOOST_TEST(it.take_output() == "");
  BOOST_TEST((it.wanted() == smtp::sender::wish::finished));
  BOOST_TEST(it.outcome().replies[1].temporary());
  BOOST_TEST(!it.outcome().usable);
}

BOOST_AUTO_TEST_CASE(what_is_no_smtp_ends_the_dialogue) {
  play("S: HTTP/1.1 400 Bad Request\n? hang_up\nwhy 451 4.5.0 Server broke "
       "the protocol: it said HTTP/1.1 400 Bad Request");
  play(pipelined + all_at_once + R"(
    S: 250 Ok
    S: 250-Ok
    S: 251 Ok
    ? finished
    unusable
    = 451 4.5.0 Server broke the protocol: it said 251 Ok)");
}

BOOST_AUTO_TEST_CASE(a_lost_connection_defers_who_is_open) {
  play(pipelined + all_at_once + R"(
    S: 250 Ok
    S: 550 No
    ! lost
    ? finished
    unusable
    = 550 No
    = 451 4.4.2 Timed out
    ! proceed
    ? hang_up
    why 451 4.4.2 Timed out)");
  play("S: 220 mx\nC: EHLO us\n! lost\n? hang_up\nwhy 451 4.4.2 Timed out");
  play(plain + "\n! quit\nC: QUIT\n! lost\n? hang_up\nwhy 000");
}

BOOST_AUTO_TEST_CASE(quitting_midway_leaves_nobody_without_a_reply) {
  play(pipelined + all_at_once + R"(
    S: 250 Ok
    S: 550 No
    ! quit
    ? finished
    unusable
    = 550 No
    = 451 4.4.2 Connection lost
    ! proceed
    ? hang_up
    why 000)");
}

BOOST_AUTO_TEST_CASE(a_long_refusal_is_clipped) {
  smtp::sender it({"us", policy::none, false});
  it.feed("220 mx\r\n");
  BOOST_TEST(it.take_output() == "EHLO us\r\n");
  it.feed("250 mx\r\n");
  it.begin(two());
  BOOST_TEST(it.take_output() == "MAIL FROM:<s@y.org>\r\n");
  for (int i = 0; i < 99; ++i)
    it.feed("550-" + std::string(1000, 'x') + "\r\n");
  it.feed("550 x\r\n");
  for (const auto& x : it.outcome().replies)
    BOOST_TEST(x.text.size() == 2048U);
}

BOOST_AUTO_TEST_SUITE_END()
