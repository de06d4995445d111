#include "backlog_fixture.hpp"
#include "mail/queue/backlog.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

using namespace stagepost;
using namespace std::chrono_literals;

namespace {

using ids = std::vector<std::uint64_t>;
using strings = std::vector<std::string>;

} // namespace

BOOST_FIXTURE_TEST_SUITE(backlog_memory, test::backlog_fixture)

BOOST_AUTO_TEST_CASE(what_is_due_late_is_left_to_the_database) {
  auto x = arrival(1, {"a@one.example", "b@one.example"});
  x.recipients[1].next_at = now + 2h;
  line.admit(x, true, now);
  auto y = arrival(2, {"c@one.example"});
  y.recipients[0].next_at = now + 2h;
  line.admit(y, true, now);
  line.forget_after(now + 1h);
  BOOST_TEST(!line.next_wake().has_value());
  BOOST_TEST(!line.holds(queue::id{2}));
  BOOST_REQUIRE(line.holds(queue::id{1}));
  BOOST_TEST(!line.holds_whole(queue::id{1}));
  answer_all();
  const auto end = attempt("one.example", ok);
  BOOST_TEST(!end.message_done); // another recipient has a row
  BOOST_TEST(end.message_maybe);
}

BOOST_AUTO_TEST_CASE(rows_that_are_not_durable_are_not_forgotten) {
  for (const std::uint64_t n : {1U, 2U, 3U}) {
    auto x = arrival(n, {"a@one.example"});
    x.recipients[0].next_at = now + hours{static_cast<int>(n) + 1};
    line.admit(x, true, now);
  }
  line.forget_after(now + 1h, {{queue::id{2}, 0}});
  BOOST_TEST(!line.holds(queue::id{1}));
  BOOST_TEST(line.holds(queue::id{2}));
  BOOST_TEST(!line.holds(queue::id{3}));
  line.forget_after(now + 1h);
  BOOST_TEST(!line.holds(queue::id{2}));
}

BOOST_AUTO_TEST_CASE(what_leases_read_from_the_database_has_a_limit) {
  for (std::uint64_t n = 1; n <= 4; ++n) { // a quarter of 1,000 octets in all
    auto x = arrival(n, {"a@one.example"}, 0);
    auto what = *x.what;
    what.size = n == 4 ? 5'000 : 100;
    x.what = std::make_shared<queue::message>(what);
    line.admit(x, true, now);
  }
  answer_all();
  BOOST_REQUIRE(take("one.example").size() == 4U);
  BOOST_TEST(line.may_load(jobs[0].job));
  BOOST_TEST(line.may_load(jobs[1].job));
  BOOST_TEST(!line.may_load(jobs[2].job));
  settle(jobs[0], ok);
  BOOST_TEST(line.may_load(jobs[2].job));
  BOOST_TEST(!line.may_load(jobs[3].job));
  settle(jobs[1], ok);
  settle(jobs[2], later);
  BOOST_TEST(line.may_load(jobs[3].job)); // one may always
}

BOOST_AUTO_TEST_CASE(a_message_read_in_part_is_never_called_done) {
  line.admit(arrival(1, {"a@one.example"}, 0), false, now);
  answer_all();
  BOOST_TEST(attempt("one.example", ok).message_maybe);
}

BOOST_AUTO_TEST_CASE(a_held_recipient_stays_in_its_row) {
  auto x = arrival(1, {"a@one.example", "b@one.example"});
  x.recipients[1].state = queue::recipient_state::held;
  line.admit(x, true, now);
  answer_all();
  const auto end = attempt("one.example", ok);
  BOOST_TEST(end.verdicts.size() == 1U);
  BOOST_TEST(end.message_maybe);
  x.recipients[0].state = queue::recipient_state::held;
  line.admit(x, true, now);
  BOOST_TEST(!line.holds(queue::id{1}));
}

BOOST_AUTO_TEST_CASE(what_is_here_already_is_not_admitted_again) {
  admit(1, {"a@one.example"});
  answer_all();
  take("one.example");
  admit(1, {"a@one.example", "b@one.example"});
  answer_all();
  BOOST_TEST((take("one.example") == ids{1}));
  BOOST_TEST(jobs[1].recipients.at(0).address == "b@one.example");
}

BOOST_AUTO_TEST_CASE(content_is_kept_while_its_message_moves) {
  admit(1, {"a@one.example"}, 400);
  answer_all();
  BOOST_TEST(line.count().body_octets == 400U);
  const auto x = line.take("one.example");
  BOOST_TEST((x->body != nullptr));
  settle(*x, later);
  BOOST_TEST(line.count().body_octets == 400U); // it is due soon
  pass(1min);
  settle(*line.take("one.example"), later);
  BOOST_TEST(line.count().body_octets == 0U);
  pass(5min);
  const auto again = line.take("one.example");
  BOOST_TEST((again->body == nullptr)); // to be read from the database
  line.loaded(again->job, x->body);
  BOOST_TEST(line.count().body_octets == 400U);
  BOOST_TEST((settle(*again, ok)->body == x->body));
  BOOST_TEST(line.count().body_octets == 0U);
}

BOOST_AUTO_TEST_CASE(content_is_let_go_when_memory_is_scarce) {
  admit(1, {"a@one.example"}, 900);
  answer_all();
  const auto first = line.take("one.example");
  admit(2, {"b@one.example"}, 900);
  BOOST_TEST(line.count().body_octets == 900U); // what is leased keeps it
  const auto second = line.take("one.example");
  BOOST_REQUIRE(second.has_value());
  BOOST_TEST((first->body != nullptr));
  BOOST_TEST((second->body == nullptr));
  settle(*first, ok);
  admit(3, {"c@one.example"}, 900);
  BOOST_TEST(line.count().body_octets == 900U);
}

BOOST_AUTO_TEST_CASE(a_message_held_whole_leaves_memory_and_not_the_tables) {
  admit(1, {"a@x.org"});
  answer_all();
  const auto lease = line.take("x.org");
  now += hours{24 * 6}; // it would have expired
  const auto ended = line.settle(
    lease->job, {{451, {4, 4, 2}, "In doubt"}},
    {.wait = &waits, .warn_after = warn_after, .hold_in_doubt = true}, now,
    queue::attempt::made, {0});
  BOOST_TEST_REQUIRE(ended.has_value());
  BOOST_TEST(ended->verdicts[0].stays);
  BOOST_TEST(!ended->verdicts[0].expired);
  BOOST_TEST(!ended->message_done); // its row stays
  BOOST_TEST(!line.holds(queue::id{1}));
}

BOOST_AUTO_TEST_CASE(who_is_done_and_not_told_of_stays_in_its_row) {
  auto x = arrival(1, {"a@one.example", "b@two.example"});
  x.recipients[0].state = queue::recipient_state::ended;
  line.admit(x, true, now);
  BOOST_TEST(line.take_questions() == strings{"two.example"});
  BOOST_TEST(!line.holds_whole(queue::id{1}));
}

BOOST_AUTO_TEST_CASE(a_message_is_tried_until_all_of_it_waits) {
  admit(1, {"a@one.example", "b@two.example"});
  BOOST_TEST(line.tries(queue::id{1})); // its hosts are asked for
  answer_all();
  BOOST_TEST(line.tries(queue::id{1}));
  (void)attempt("one.example", later);
  BOOST_TEST(line.tries(queue::id{1})); // the other one is
  const auto x = line.take("two.example");
  BOOST_REQUIRE(x.has_value());
  BOOST_TEST(line.tries(queue::id{1}));
  (void)line.settle(x->job, {later}, {&waits, warn_after}, now,
                    queue::attempt::unreached);
  BOOST_TEST(!line.tries(queue::id{1}));
  admit(2, {"c@two.example"}); // which is down
  BOOST_TEST(!line.tries(queue::id{2}));
  BOOST_TEST(!line.tries(queue::id{3}));
}

BOOST_AUTO_TEST_CASE(a_message_whose_rows_stay_is_never_called_done) {
  admit(1, {"a@one.example"});
  line.leave_rows(queue::id{1});
  answer_all();
  const auto end = attempt("one.example", ok);
  BOOST_TEST(!end.message_done);
  BOOST_TEST(end.message_maybe);
}

BOOST_AUTO_TEST_SUITE_END()
