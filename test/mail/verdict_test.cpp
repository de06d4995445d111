#include "backlog_fixture.hpp"
#include "mail/queue/backlog.hpp"

#include <boost/test/unit_test.hpp>

using namespace stagepost;
using namespace std::chrono_literals;

namespace {

using ids = std::vector<std::uint64_t>;

} // namespace

// What becomes of recipients when the backlog's leases end.
BOOST_FIXTURE_TEST_SUITE(verdict, test::backlog_fixture)

BOOST_AUTO_TEST_CASE(a_delivered_message_is_gone) {
  admit(1, {"a@one.example", "b@one.example"});
  answer_all();
  const auto x = attempt("one.example", ok);
  BOOST_TEST(x.verdicts.size() == 2U);
  BOOST_TEST(x.message_done);
  BOOST_TEST(!x.message_maybe);
  BOOST_TEST(!x.verdicts[0].stays);
  BOOST_TEST(x.verdicts[0].row.attempts == 1U);
  BOOST_TEST(!line.holds(queue::id{1}));
  const auto rest = line.count();
  BOOST_TEST(rest.messages + rest.leased + rest.body_octets == 0U);
}

BOOST_AUTO_TEST_CASE(each_recipient_gets_its_own_verdict) {
  admit(1, {"a@one.example", "b@one.example", "c@one.example"});
  answer_all();
  const auto x = line.take("one.example");
  const auto end
    = line.settle(x->job, {ok, later, no}, {&waits, warn_after}, now);
  BOOST_REQUIRE(end.has_value());
  BOOST_REQUIRE(end->verdicts.size() == 3U);
  BOOST_TEST(!end->verdicts[0].stays);
  BOOST_TEST(end->verdicts[1].stays);
  BOOST_TEST((end->verdicts[1].row.state == queue::recipient_state::deferred));
  BOOST_TEST(end->verdicts[1].row.last_reply == "451 4.7.1 Come back");
  BOOST_TEST(!end->verdicts[2].stays);
  BOOST_TEST(!end->verdicts[2].expired);
  BOOST_TEST(!end->message_done);
  BOOST_TEST(line.count().waiting == 1U);
}

BOOST_AUTO_TEST_CASE(replies_that_are_missing_defer) {
  admit(1, {"a@one.example", "b@one.example"});
  answer_all();
  const auto x = line.take("one.example");
  const auto end = line.settle(x->job, {no}, {&waits, warn_after}, now);
  BOOST_REQUIRE(end.has_value());
  BOOST_TEST(!end->verdicts[0].stays);
  BOOST_TEST(end->verdicts[1].stays);
}

BOOST_AUTO_TEST_CASE(deferred_mail_waits_as_the_schedule_says) {
  waits = *retry_schedule::parse("1m,5m*2,1h");
  admit(1, {"a@one.example"});
  answer_all();
  for (const auto wait : {1min, 5min, 5min, 60min, 60min}) {
    const auto x = attempt("one.example", later);
    BOOST_REQUIRE(x.verdicts.size() == 1U);
    BOOST_TEST((x.verdicts[0].row.next_at == now + wait));
    BOOST_TEST((line.next_wake() == now + wait));
    pass(wait - 1s);
    BOOST_TEST(!line.take("one.example").has_value());
    pass(1s);
  }
  BOOST_TEST((take("one.example") == ids{1}));
}

BOOST_AUTO_TEST_CASE(mail_that_is_not_due_waits_for_its_time) {
  auto x = arrival(1, {"a@one.example"});
  x.recipients[0].next_at = now + 10min;
  line.admit(x, true, now);
  BOOST_TEST(line.take_questions().empty());
  BOOST_TEST((line.next_wake() == now + 10min));
  pass(10min);
  BOOST_TEST((take("one.example") == ids{1}));
  BOOST_TEST(!line.next_wake().has_value());
}

BOOST_AUTO_TEST_CASE(a_message_expires_at_its_time_and_not_before) {
  waits = *retry_schedule::parse("4d");
  admit(1, {"a@one.example"});
  const auto born = now;
  answer_all();
  BOOST_TEST(attempt("one.example", later).verdicts[0].stays);
  pass(4 * 24h);
  const auto second = attempt("one.example", later);
  BOOST_REQUIRE(second.verdicts[0].stays);
  BOOST_TEST((second.verdicts[0].row.next_at == born + 5 * 24h)); // not later
  pass(24h);
  const auto last = attempt("one.example", later);
  BOOST_TEST(!last.verdicts[0].stays);
  BOOST_TEST(last.verdicts[0].expired);
  BOOST_TEST(last.message_done);
}

BOOST_AUTO_TEST_CASE(an_expired_message_can_still_be_delivered) {
  admit(1, {"a@one.example"});
  answer_all();
  const auto x = line.take("one.example");
  now += 6 * 24h;
  const auto end = settle(*x, ok);
  BOOST_TEST(!end->verdicts[0].expired);
  BOOST_TEST(end->verdicts[0].reply.positive());
}

BOOST_AUTO_TEST_CASE(the_sender_is_warned_once) {
  waits = *retry_schedule::parse("1h");
  admit(1, {"a@one.example"});
  answer_all();
  std::vector<int> warned;
  for (int hour = 0; hour < 10; ++hour) {
    if (attempt("one.example", later).verdicts.at(0).warn)
      warned.push_back(hour);
    pass(1h);
  }
  BOOST_TEST((warned == std::vector{4}));
}

BOOST_AUTO_TEST_CASE(nobody_is_warned_where_that_is_off) {
  warn_after = 0s;
  admit(1, {"a@one.example"});
  answer_all();
  now += 24h;
  BOOST_TEST(!attempt("one.example", later).verdicts.at(0).warn);
}

BOOST_AUTO_TEST_CASE(a_late_first_attempt_warns) {
  admit(1, {"a@one.example"});
  answer_all();
  now += 5h;
  BOOST_TEST(attempt("one.example", later).verdicts.at(0).warn);
  pass(1min);
  BOOST_TEST(!attempt("one.example", later).verdicts.at(0).warn);
}

BOOST_AUTO_TEST_CASE(who_was_warned_is_known_after_a_restart) {
  waits = *retry_schedule::parse("3h");
  admit(1, {"a@one.example"});
  answer_all();
  attempt("one.example", later);
  pass(3h);
  attempt("one.example", later);
  pass(3h);
  const auto warned = attempt("one.example", later).verdicts.at(0);
  BOOST_TEST(warned.warn);
  auto again = arrival(1, {"a@one.example"}, 0);
  again.recipients = {warned.row};
  line = queue::backlog{1'000};
  line.admit(again, true, now);
  pass(3h);
  BOOST_TEST(!attempt("one.example", later).verdicts.at(0).warn);
}

BOOST_AUTO_TEST_CASE(who_was_warned_is_known_after_an_early_retry) {
  waits = *retry_schedule::parse("4h");
  admit(1, {"a@one.example"});
  answer_all();
  attempt("one.example", later);
  pass(4h);
  BOOST_TEST(attempt("one.example", later).verdicts.at(0).warn);
  pass(1min);
  BOOST_TEST(line.hurry({queue::id{1}}, now) == 1U);
  answer_all();
  const auto again = attempt("one.example", later);
  BOOST_REQUIRE(again.verdicts.size() == 1U);
  BOOST_TEST(!again.verdicts[0].warn);
}

BOOST_AUTO_TEST_SUITE_END()
