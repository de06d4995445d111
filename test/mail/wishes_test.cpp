#include "receiver_owner.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

// What a receiver asks of its owner, and what the owner may do to it.

namespace {

using owner = receiver_owner;
using stagepost::smtp::receiver;
using stagepost::smtp::receiver_settings;
using wish = receiver::wish;

const stagepost::smtp::reply ok{250, {2, 0, 0}, "Ok"};
const stagepost::smtp::reply shutdown{421, {4, 3, 2}, "Shutting down"};

receiver fresh(receiver_settings x = {}) {
  x.hostname = "mx";
  return receiver{std::make_shared<const receiver_settings>(x)};
}

/// A receiver that was told all up to the end of DATA, its replies taken.
receiver at_data(receiver_settings x = {}) {
  auto r = fresh(x);
  r.feed("EHLO me\r\nMAIL FROM:<a@b>\r\n");
  r.sender_verified(ok);
  r.feed("RCPT TO:<c@d>\r\n");
  r.verified(ok);
  r.feed("DATA\r\n");
  (void)r.take_replies();
  return r;
}

receiver in_content(receiver_settings x = {}) {
  auto r = at_data(x);
  r.content_begins({});
  (void)r.take_replies();
  return r;
}

} // namespace

BOOST_AUTO_TEST_SUITE(wishes)

BOOST_AUTO_TEST_CASE(a_greeting_names_the_host) {
  auto r = fresh();
  r.greet();
  BOOST_TEST(r.take_replies() == "220 mx ESMTP Stagepost\r\n");
  BOOST_TEST(r.take_replies().empty());
}

BOOST_AUTO_TEST_CASE(a_refusal_is_the_first_and_last_word) {
  auto r = fresh();
  r.refuse({421, {4, 3, 2}, "Too many clients"});
  BOOST_TEST(r.take_replies() == "421 4.3.2 Too many clients\r\n");
  BOOST_CHECK(r.wanted() == wish::hang_up);
  BOOST_TEST(r.feed("EHLO me\r\n") == 9U);
  BOOST_TEST(r.take_replies().empty());
}

BOOST_AUTO_TEST_CASE(no_input_is_taken_while_a_wish_is_open) {
  auto r = fresh();
  const std::string_view group
    = "EHLO me\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nRSET\r\n";
  auto taken = r.feed(group);
  BOOST_CHECK(r.wanted() == wish::verify_sender);
  BOOST_TEST(r.current().sender == "a@b");
  BOOST_TEST(r.feed("RSET\r\n") == 0U);
  r.sender_verified(ok);
  taken += r.feed(group.substr(taken));
  BOOST_TEST(taken == group.size() - 6);
  BOOST_CHECK(r.wanted() == wish::verify_recipient);
  BOOST_TEST(r.recipient().address == "c@d");
  BOOST_TEST(r.feed("RSET\r\n") == 0U);
  r.verified(ok);
  BOOST_CHECK(r.wanted() == wish::none);
  BOOST_TEST(r.current().recipients.size() == 1U);
  BOOST_TEST(r.feed("RSET\r\n") == 6U);
  BOOST_TEST(r.current().recipients.empty());
}

BOOST_AUTO_TEST_CASE(a_pipelined_group_is_answered_in_one_piece) {
  auto r = fresh();
  r.feed("HELO me\r\nMAIL FROM:<a@b>\r\n");
  r.sender_verified({250, {2, 1, 0}, "Ok"});
  r.feed("NOOP\r\nRSET\r\n");
  BOOST_TEST(r.take_replies()
             == "250 mx greets me\r\n250 2.1.0 Ok\r\n250 2.0.0 Ok\r\n"
                "250 2.0.0 Ok\r\n");
}

BOOST_AUTO_TEST_CASE(the_trace_stands_before_the_clients_octets) {
  auto r = at_data();
  r.content_begins("Received: by mx\r\n");
  BOOST_TEST(r.in_content());
  r.feed("Subject: x\r\n");
  BOOST_TEST(r.content_waiting() == 29U);
  BOOST_TEST(r.take_content() == "Received: by mx\r\nSubject: x\r\n");
  BOOST_TEST(r.content_waiting() == 0U);
  r.feed("\r\ny\r\n.\r\n");
  BOOST_CHECK(r.wanted() == wish::store);
  BOOST_TEST(!r.in_content());
  BOOST_TEST(r.take_content() == "\r\ny\r\n");
}

BOOST_AUTO_TEST_CASE(the_trace_does_not_count_as_the_clients_size) {
  receiver_settings s;
  s.message_size = 10;
  auto r = at_data(s);
  r.content_begins("Received: by mx\r\n");
  r.feed("12345678\r\n.\r\n");
  BOOST_CHECK(r.wanted() == wish::store);
}

BOOST_AUTO_TEST_CASE(the_outcome_of_storing_is_the_reply) {
  auto r = in_content();
  r.feed(".\r\nNOOP\r\n");
  BOOST_TEST(r.take_replies().empty());
  r.stored({451, {4, 3, 0}, "No database"});
  BOOST_TEST(r.take_replies() == "451 4.3.0 No database\r\n");
  BOOST_TEST(r.current().recipients.empty());
  BOOST_CHECK(r.wanted() == wish::none);
}

BOOST_AUTO_TEST_CASE(content_that_was_refused_is_not_kept) {
  auto r = in_content();
  r.feed("a\nb\r\n");
  BOOST_TEST(r.content_waiting() == 0U);
  r.feed("more\r\n");
  BOOST_TEST(r.content_waiting() == 0U);
  r.feed(".\r\n");
  BOOST_TEST(r.take_content().empty());
  BOOST_TEST(r.take_replies().starts_with("550 5.6.11 "));
  BOOST_CHECK(r.wanted() == wish::none);
}

BOOST_AUTO_TEST_CASE(a_message_that_goes_in_circles_is_refused) {
  auto r = in_content();
  for (int i = 0; i < 101; ++i)
    r.feed("Received: from a by b\r\n");
  r.feed("\r\n.\r\n");
  BOOST_TEST(r.take_replies().starts_with("554 5.4.6 "));
}

BOOST_AUTO_TEST_CASE(a_header_without_end_is_refused) {
  auto r = in_content();
  r.feed("X: " + std::string(110'000, 'x') + "\r\n\r\n.\r\n");
  BOOST_TEST(r.take_replies().starts_with("554 5.6.0 "));
}

BOOST_AUTO_TEST_CASE(data_far_over_the_limit_ends_the_dialogue) {
  receiver_settings s;
  s.message_size = 1000;
  auto r = in_content(s);
  const std::string piece(65'536, 'x');
  std::size_t fed = 0;
  while (r.wanted() == wish::none && fed < (2U << 20U)) {
    fed += r.feed(piece);
    BOOST_TEST(r.content_waiting() <= 1000U);
  }
  BOOST_TEST(fed <= (1U << 20U) + 4000 + piece.size());
  BOOST_CHECK(r.wanted() == wish::hang_up);
  BOOST_TEST(r.take_replies().starts_with("421 4.3.4 mx "));
  BOOST_TEST(!r.in_content());
}

BOOST_AUTO_TEST_CASE(without_a_limit_any_size_is_taken) {
  receiver_settings s;
  s.message_size = 0;
  auto r = in_content(s);
  for (int i = 0; i < 100; ++i)
    r.feed("\r\n" + std::string(65'536, 'x'));
  r.feed("\r\n.\r\n");
  BOOST_CHECK(r.wanted() == wish::store);
}

BOOST_AUTO_TEST_CASE(an_idle_dialogue_is_closed_at_once) {
  auto r = fresh();
  r.close(shutdown);
  BOOST_TEST(r.take_replies() == "421 4.3.2 Shutting down\r\n");
  BOOST_CHECK(r.wanted() == wish::hang_up);
}

BOOST_AUTO_TEST_CASE(one_in_content_is_closed_at_its_end) {
  auto r = in_content();
  r.close(shutdown);
  BOOST_TEST(r.take_replies().empty());
  BOOST_CHECK(r.wanted() == wish::none);
  r.feed("x\r\n.\r\n");
  BOOST_TEST(r.take_replies() == "421 4.3.2 Shutting down\r\n");
  BOOST_CHECK(r.wanted() == wish::hang_up);
}

BOOST_AUTO_TEST_CASE(one_that_stores_hears_the_outcome_first) {
  auto r = in_content();
  r.feed(".\r\n");
  r.close(shutdown);
  BOOST_CHECK(r.wanted() == wish::store);
  r.stored(ok);
  BOOST_TEST(r.take_replies() == "250 2.0.0 Ok\r\n421 4.3.2 Shutting down\r\n");
  BOOST_CHECK(r.wanted() == wish::hang_up);
}

BOOST_AUTO_TEST_CASE(a_wish_taken_back_by_closing_has_no_answer) {
  auto r = fresh();
  r.feed("HELO me\r\nMAIL FROM:<a@b>\r\n");
  r.sender_verified(ok);
  r.feed("RCPT TO:<c@d>\r\n");
  (void)r.take_replies();
  r.close(shutdown);
  r.verified(ok);
  BOOST_TEST(r.take_replies() == "421 4.3.2 Shutting down\r\n");
  auto s = at_data();
  s.close(shutdown);
  s.content_begins({});
  s.stored(ok);
  s.tls_started();
  BOOST_TEST(s.take_replies() == "421 4.3.2 Shutting down\r\n");
  BOOST_TEST(!s.in_content());
}

BOOST_AUTO_TEST_CASE(nothing_is_said_in_clear_during_a_handshake) {
  receiver_settings s;
  s.offers.starttls = true;
  auto r = fresh(s);
  r.feed("EHLO me\r\nSTARTTLS\r\n");
  (void)r.take_replies();
  r.close(shutdown);
  BOOST_TEST(r.take_replies().empty());
  BOOST_CHECK(r.wanted() == wish::start_tls);
  r.tls_started();
  BOOST_TEST(r.take_replies() == "421 4.3.2 Shutting down\r\n");
}

BOOST_AUTO_TEST_CASE(closing_twice_says_it_once) {
  auto r = fresh();
  r.close(shutdown);
  r.close(shutdown);
  BOOST_TEST(r.take_replies() == "421 4.3.2 Shutting down\r\n");
}

BOOST_AUTO_TEST_CASE(an_owner_that_answers_421_ends_it) {
  auto r = in_content();
  r.feed(".\r\n");
  r.stored(shutdown);
  BOOST_TEST(r.take_replies() == "421 4.3.2 Shutting down\r\n");
  BOOST_CHECK(r.wanted() == wish::hang_up);
}

BOOST_AUTO_TEST_CASE(its_facts_are_told) {
  auto r = fresh();
  BOOST_TEST(r.helo().empty());
  r.feed("HELO one\r\n");
  BOOST_TEST(!r.extended());
  r.feed("EHLO two\r\nMAIL FROM:<a@b> SIZE=12 BODY=8BITMIME\r\n");
  BOOST_TEST(r.extended());
  BOOST_TEST(r.helo() == "two");
  BOOST_TEST(r.current().sender == "a@b");
  BOOST_TEST(r.current().declared_size == 12U);
  BOOST_CHECK(r.current().body == stagepost::smtp::body_kind::eight_bit);
  BOOST_TEST(r.commands() == 3U);
}

BOOST_AUTO_TEST_CASE(pipelining_is_announced_if_wanted) {
  receiver_settings s;
  s.offers.pipelining = false;
  auto r = fresh(s);
  r.feed("EHLO me\r\n");
  BOOST_TEST(r.take_replies().find("PIPELINING") == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
