#include "settlement_fixture.hpp"

#include <boost/test/unit_test.hpp>

using namespace stagepost;
using namespace stagepost::test::settlements;

BOOST_FIXTURE_TEST_SUITE(settlement, with_a_message)

BOOST_AUTO_TEST_CASE(what_ended_goes_and_what_stays_changes) {
  add("a@example.net", ok);
  add("b@example.net", later).row.next_at = now + 5min;
  add("c@example.net", no);
  queue::record(x, "mx1.example.net[192.0.2.1]:25", now, batch);
  BOOST_REQUIRE(batch.finished.size() == 2U);
  BOOST_TEST((batch.finished[0] == queue::recipient_key{queue::id{42}, 0}));
  BOOST_TEST((batch.finished[1] == queue::recipient_key{queue::id{42}, 2}));
  BOOST_REQUIRE(batch.changed.size() == 1U);
  BOOST_TEST(batch.changed[0].now.number == 1U);
  BOOST_TEST((batch.changed[0].now.next_at == now + 5min));
  BOOST_TEST(batch.finished_messages.empty());
  BOOST_TEST(batch.maybe_finished.empty());
}

BOOST_AUTO_TEST_CASE(each_recipient_leaves_one_event) {
  add("a@example.net", ok);
  add("b@example.net", later);
  add("c@example.net", no);
  auto& expired = add("d@example.net", later);
  expired.stays = false;
  expired.expired = true;
  queue::record(x, "mx1.example.net[192.0.2.1]:25", now, batch);
  BOOST_REQUIRE(batch.events.size() == 4U);
  using kind = queue::event::kind;
  const std::vector expected{kind::delivered, kind::deferred, kind::bounced,
                             kind::expired};
  for (std::size_t i = 0; i < 4; ++i) {
    BOOST_TEST((batch.events[i].what == expected[i]));
    BOOST_TEST((batch.events[i].at == now));
    BOOST_TEST((batch.events[i].message == queue::id{42}));
    BOOST_TEST(batch.events[i].relay == "mx1.example.net[192.0.2.1]:25");
  }
  BOOST_TEST(batch.events[2].recipient == "c@example.net");
  BOOST_TEST(batch.events[2].reply == "550 5.1.1 Nobody here");
}

BOOST_AUTO_TEST_CASE(our_own_words_are_nobody_else_s) {
  add("c@example.net", smtp::by_us(no));
  const auto text = text_of(*report(failure));
  BOOST_TEST(!holds(text, "Remote-MTA"));
  BOOST_TEST(holds(text, "Diagnostic-Code: X-Stagepost; 550 5.1.1"));
  BOOST_TEST(holds(text, "This mail system says:"));
}

BOOST_AUTO_TEST_CASE(the_message_goes_with_its_last_recipient) {
  add("a@example.net", ok);
  x.message_done = true;
  queue::record(x, "", now, batch);
  BOOST_TEST((batch.finished_messages == std::vector{queue::id{42}}));
  BOOST_TEST(batch.maybe_finished.empty());
}

BOOST_AUTO_TEST_CASE(the_database_is_asked_where_we_do_not_know_all) {
  add("a@example.net", ok);
  x.message_maybe = true;
  queue::record(x, "", now, batch);
  BOOST_TEST(batch.finished_messages.empty());
  BOOST_TEST((batch.maybe_finished == std::vector{queue::id{42}}));
}

BOOST_AUTO_TEST_CASE(a_failure_is_reported_to_the_sender) {
  add("a@example.net", ok);
  add("b@example.net", later);
  add("c@example.net", no);
  const auto it = report(failure);
  BOOST_REQUIRE(it.has_value());
  BOOST_TEST((it->what->id == queue::id{43}));
  BOOST_TEST(it->what->sender.empty()); // from <>
  BOOST_TEST(it->what->flags == queue::flag_report);
  BOOST_TEST((it->what->received_at == now));
  BOOST_TEST((it->what->expires_at == now + 48h));
  BOOST_TEST(it->what->size == it->body->size());
  BOOST_REQUIRE(it->recipients.size() == 1U);
  BOOST_TEST(it->recipients[0].address == "s@example.org");
  BOOST_TEST((it->recipients[0].next_at == now));
  const auto text = text_of(*it);
  BOOST_TEST(holds(text, "rfc822; c@example.net"));
  BOOST_TEST(holds(text, "550 5.1.1 Nobody here"));
  BOOST_TEST(holds(text, "Remote-MTA: dns; mx1.example.net\r\n"));
  BOOST_TEST(!holds(text, "a@example.net"));
  BOOST_TEST(!holds(text, "b@example.net"));
}

BOOST_AUTO_TEST_CASE(a_report_returns_the_header_and_nothing_else) {
  add("c@example.net", no);
  const auto text = text_of(*report(failure));
  BOOST_TEST(holds(text, "Subject: Hello\r\n"));
  BOOST_TEST(!holds(text, "Secret"));
}

BOOST_AUTO_TEST_CASE(a_report_can_do_without_the_content) {
  add("c@example.net", no);
  x.body = nullptr;
  BOOST_TEST(holds(text_of(*report(failure)), "rfc822; c@example.net"));
}

BOOST_AUTO_TEST_CASE(an_expired_recipient_is_a_failure) {
  auto& v = add("b@example.net", later);
  v.stays = false;
  v.expired = true;
  BOOST_TEST(holds(text_of(*report(failure)), "Action: failed"));
  BOOST_TEST(!report(delay).has_value());
}

BOOST_AUTO_TEST_CASE(a_delay_is_reported_when_it_calls_for_it) {
  add("a@example.net", later);
  BOOST_TEST(!report(delay).has_value());
  add("b@example.net", later).warn = true;
  const auto it = report(delay);
  BOOST_REQUIRE(it.has_value());
  const auto text = text_of(*it);
  BOOST_TEST(holds(text, "Action: delayed"));
  BOOST_TEST(holds(text, "b@example.net"));
  BOOST_TEST(!holds(text, "a@example.net"));
  BOOST_TEST(!report(failure).has_value());
}

BOOST_AUTO_TEST_CASE(one_report_tells_of_all_that_the_sender_wants_to_hear) {
  about->flags = queue::flag_return_full;
  add("a@example.net", ok).row.notify = notify_success;
  add("b@example.net", later).warn = true;
  add("c@example.net", no);
  const auto notices = queue::notices_of(x, "mx1.example.net", now, true);
  const auto it
    = queue::report_on(*about, x.body, notices, rules, queue::id{43}, now);
  BOOST_REQUIRE(it.has_value());
  const auto text = text_of(*it);
  for (const auto* part :
       {"Subject: Undelivered mail", "Action: relayed", "Action: delayed",
        "Action: failed", "message/rfc822", "Secret"})
    BOOST_TEST(holds(text, part), part);
}

BOOST_AUTO_TEST_CASE(what_its_server_reports_is_not_reported_here) {
  add("a@example.net", ok).row.notify = notify_success;
  BOOST_TEST(queue::notices_of(x, "mx", now, false).empty());
  BOOST_TEST(queue::notices_of(x, "mx", now, true).size() == 1U);
}

BOOST_AUTO_TEST_CASE(the_row_of_who_is_reported_later_stays) {
  add("a@example.net", no).row.state = queue::recipient_state::ended;
  add("b@example.net", no);
  queue::record(x, "mx1.example.net[192.0.2.1]:25", now, batch);
  BOOST_REQUIRE(batch.changed.size() == 1U);
  BOOST_TEST(batch.changed[0].now.address == "a@example.net");
  BOOST_TEST(batch.finished.size() == 1U);
  BOOST_TEST(batch.events.size() == 2U);
}

BOOST_AUTO_TEST_CASE(deliveries_are_not_reported) {
  add("a@example.net", ok);
  BOOST_TEST(!report(failure).has_value());
  BOOST_TEST(!report(delay).has_value());
}

BOOST_AUTO_TEST_CASE(a_report_is_never_answered_by_a_report) {
  about->sender.clear();
  add("c@example.net", no);
  add("d@example.net", later).warn = true;
  BOOST_TEST(!report(failure).has_value());
  BOOST_TEST(!report(delay).has_value());
}

BOOST_AUTO_TEST_CASE(the_sender_is_told_what_it_asked_to_be_told) {
  const struct {
    unsigned notify;
    bool failure, delay, success;
  } table[] = {
    {0, true, true, false},
    {notify_never, false, false, false},
    {notify_success, false, false, true},
    {notify_failure, true, false, false},
    {notify_delay, false, true, false},
    {notify_success | notify_failure, true, false, true},
    {notify_success | notify_failure | notify_delay, true, true, true},
  };
  add("a@example.net", no);
  add("b@example.net", later).warn = true;
  add("c@example.net", ok);
  for (const auto& row : table) {
    for (auto& v : x.verdicts)
      v.row.notify = static_cast<std::uint8_t>(row.notify);
    BOOST_TEST_INFO_SCOPE("NOTIFY " << row.notify);
    BOOST_TEST(report(failure).has_value() == row.failure);
    BOOST_TEST(report(delay).has_value() == row.delay);
    BOOST_TEST(report(relayed).has_value() == row.success);
  }
}

BOOST_AUTO_TEST_CASE(who_asked_for_nothing_is_left_out_of_a_report) {
  add("a@example.net", no).row.notify = notify_never;
  add("b@example.net", no).row.notify = notify_failure;
  const auto text = text_of(*report(failure));
  BOOST_TEST(holds(text, "b@example.net"));
  BOOST_TEST(!holds(text, "a@example.net"));
}

BOOST_AUTO_TEST_CASE(a_report_quotes_what_the_envelope_said) {
  about->envelope_id = "QQ 314";
  add("a@example.net", no).row.original_recipient = "rfc822;bob@example.com";
  const auto text = text_of(*report(failure));
  BOOST_TEST(holds(text, "Original-Envelope-Id: QQ 314\r\n"));
  BOOST_TEST(holds(text, "Original-Recipient: rfc822; bob@example.com\r\n"));
}

BOOST_AUTO_TEST_CASE(ret_says_what_a_failure_returns) {
  add("a@example.net", no);
  add("b@example.net", later).warn = true;
  const auto returned
    = [&] { return holds(text_of(*report(failure)), "Secret"); };
  BOOST_TEST(!returned());
  about->flags = queue::flag_return_full;
  BOOST_TEST(returned());
  BOOST_TEST(!holds(text_of(*report(delay)), "Secret")); // RFC 3461, 4.3
  rules.full = true;
  about->flags = 0;
  BOOST_TEST(returned());
  about->flags = queue::flag_return_header;
  BOOST_TEST(!returned());
}

BOOST_AUTO_TEST_CASE(what_a_report_can_not_hold_is_not_returned) {
  about->flags = queue::flag_return_full;
  add("a@example.net", no);
  for (const auto& body :
       {std::string(100'000, 'x'), std::string("Subject: \xc3\xa9\r\n")}) {
    x.body = std::make_shared<memory_content>(body);
    BOOST_TEST(holds(text_of(*report(failure)), "text/rfc822-headers"));
    BOOST_TEST(holds(text_of(*report(failure)), "too much for"));
  }
  x.body = std::make_shared<memory_content>(
    "Content-Transfer-Encoding: 8bit\r\n\r\n\xc3\xa9\r\n");
  const auto it = report(failure);
  BOOST_TEST(holds(text_of(*it), "message/rfc822"));
  BOOST_TEST(it->what->flags == (queue::flag_report | queue::flag_eight_bit));
}

BOOST_AUTO_TEST_CASE(the_report_on_guarded_mail_is_guarded) {
  about->flags = queue::flag_require_tls | queue::flag_return_full;
  add("a@example.net", no);
  const auto it = report(failure);
  BOOST_TEST(it->what->flags == (queue::flag_report | queue::flag_require_tls));
  BOOST_TEST(!holds(text_of(*it), "Secret"));
}

BOOST_AUTO_TEST_CASE(the_report_to_an_address_in_utf8_says_so) {
  about->sender = "jörg@bücher.example";
  add("a@example.net", no);
  const auto it = report(failure);
  BOOST_TEST(
    it->what->flags
    == (queue::flag_report | queue::flag_smtputf8 | queue::flag_eight_bit));
  BOOST_TEST(it->recipients[0].address == "jörg@bücher.example");
}

BOOST_AUTO_TEST_CASE(what_is_in_doubt_has_an_event_of_its_own) {
  add("a@example.net", later).in_doubt = true;
  add("b@example.net", later);
  auto& expired = add("c@example.net", later);
  expired.in_doubt = true;
  expired.expired = true;
  expired.stays = false;
  queue::record(x, "mx1.example.net[192.0.2.1]:25", now, batch);
  BOOST_TEST_REQUIRE(batch.events.size() == 3U);
  using kind = queue::event::kind;
  BOOST_TEST((batch.events[0].what == kind::in_doubt));
  BOOST_TEST((batch.events[1].what == kind::deferred));
  BOOST_TEST((batch.events[2].what == kind::expired));
}

BOOST_AUTO_TEST_CASE(a_copy_goes_to_somebody_else_without_the_content) {
  about->flags = queue::flag_return_full;
  add("c@example.net", no);
  rules.copy_to = "postmaster@example.com";
  const auto copy = report(failure);
  BOOST_REQUIRE(copy.has_value());
  BOOST_REQUIRE(copy->recipients.size() == 1U);
  BOOST_TEST(copy->recipients[0].address == "postmaster@example.com");
  BOOST_TEST(copy->what->sender.empty());
  BOOST_TEST(holds(text_of(*copy), "Nobody here"));
  BOOST_TEST(holds(text_of(*copy), "Subject: Hello"));
  BOOST_TEST(!holds(text_of(*copy), "Secret"));
  about->sender.clear(); // a report that fails makes no copy either
  BOOST_TEST(!report(failure).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
