#include "backlog_fixture.hpp"

#include <boost/test/unit_test.hpp>

using namespace stagepost;
using namespace std::chrono_literals;
using queue::id;
using rows = queue::backlog::rows;

namespace {

using ids = std::vector<std::uint64_t>;
using strings = std::vector<std::string>;

struct with_orders : test::backlog_fixture {
  queue::backlog::leased_keys leased;

  strings out(rows after, std::uint64_t n,
              const queue::recipient_filter& of = {}) {
    strings found;
    for (const auto& x : line.take_out({id{n}}, of, after, leased))
      for (const auto& row : x.rows)
        found.push_back(row.address);
    return found;
  }
};

} // namespace

// What administrators want done with what the backlog holds.
BOOST_FIXTURE_TEST_SUITE(backlog_orders, with_orders)

BOOST_AUTO_TEST_CASE(what_is_taken_out_is_tried_no_more) {
  admit(1, {"a@one.example", "b@two.example"});
  answer_all();
  BOOST_TEST((out(rows::stay, 1, {.domain = "one.example"})
              == strings{"a@one.example"}));
  BOOST_TEST(take("one.example").empty());
  BOOST_TEST((take("two.example") == ids{1}));
}

BOOST_AUTO_TEST_CASE(a_message_that_leaves_rows_behind_is_not_whole) {
  admit(1, {"a@one.example", "b@two.example"});
  answer_all();
  out(rows::stay, 1, {.domain = "one.example"});
  BOOST_TEST(!line.holds_whole(id{1}));
  const auto end = attempt("two.example", ok);
  BOOST_TEST(!end.message_done); // the other row is there yet
  BOOST_TEST(end.message_maybe);
}

BOOST_AUTO_TEST_CASE(the_last_one_takes_the_message_along) {
  admit(1, {"a@one.example"});
  const auto x = line.take_out({id{1}}, {}, rows::go, leased);
  BOOST_REQUIRE(x.size() == 1U);
  BOOST_TEST(x[0].whole);
  BOOST_TEST(x[0].last);
  BOOST_TEST(x[0].body != nullptr);
  BOOST_TEST(!line.holds(id{1}));
  BOOST_TEST(line.count().body_octets == 0U);
}

BOOST_AUTO_TEST_CASE(deferred_mail_that_is_taken_out_does_not_wake) {
  admit(1, {"a@one.example"});
  answer_all();
  attempt("one.example", later);
  BOOST_TEST((out(rows::stay, 1) == strings{"a@one.example"}));
  BOOST_TEST(!line.next_wake());
  pass(1h);
  BOOST_TEST(take("one.example").empty());
}

BOOST_AUTO_TEST_CASE(what_is_under_way_is_left_alone_if_its_row_stays) {
  admit(1, {"a@one.example"});
  answer_all();
  take("one.example");
  BOOST_TEST(out(rows::stay, 1).empty());
  BOOST_TEST(leased.size() == 1U);
  BOOST_TEST(line.is_leased({id{1}, 0}));
  settle(jobs.at(0), later);
  BOOST_TEST(!line.is_leased({id{1}, 0}));
  BOOST_TEST(out(rows::stay, 1).size() == 1U);
}

BOOST_AUTO_TEST_CASE(what_is_under_way_stays_though_its_row_is_to_go) {
  admit(1, {"a@one.example"});
  answer_all();
  take("one.example");
  BOOST_TEST(out(rows::go, 1).empty());
  BOOST_TEST(leased.size() == 1U);
  BOOST_TEST(settle(jobs.at(0), ok).has_value());
}

BOOST_AUTO_TEST_CASE(what_is_removed_is_never_heard_of_again) {
  for (const std::uint64_t n : {1U, 2U, 3U})
    admit(n, {"a@one.example"});
  answer_all(1);
  take("one.example");
  BOOST_TEST(out(rows::go, 2).size() == 1U);
  BOOST_TEST(out(rows::go, 77).empty());
  settle(jobs.at(0), ok);
  BOOST_TEST((take("one.example") == std::vector<std::uint64_t>{3}));
  BOOST_TEST(line.count().messages == 1U);
}

BOOST_AUTO_TEST_CASE(what_is_put_back_before_another_domain_goes_there) {
  admit(1, {"a@one.example"});
  BOOST_TEST((line.take_questions() == strings{"one.example"}));
  auto x = line.take_out({id{1}}, {}, rows::stay, leased).at(0);
  x.rows[0].address = "a@two.example";
  line.admit({x.what, x.body, x.rows}, x.whole, now);
  BOOST_TEST(line.holds_whole(id{1}));
  BOOST_TEST(line.take_unanswered("one.example").empty());
  answer_all();
  BOOST_TEST((take("two.example") == ids{1}));
}

BOOST_AUTO_TEST_CASE(what_is_put_back_before_the_same_domain_goes_once) {
  admit(1, {"a@one.example"});
  line.take_questions();
  const auto x = line.take_out({id{1}}, {}, rows::stay, leased).at(0);
  line.admit({x.what, x.body, x.rows}, x.whole, now);
  const auto failed = line.take_unanswered("one.example");
  BOOST_REQUIRE(failed.size() == 1U);
  BOOST_TEST(failed[0].recipients.size() == 1U);
}

BOOST_AUTO_TEST_CASE(what_is_leased_out_is_settled_like_any_other) {
  admit(1, {"a@one.example", "b@two.example"});
  answer_all();
  const auto x = line.lease_out({id{1}}, {.domain = "one.example"}, leased);
  BOOST_REQUIRE(x.size() == 1U);
  const auto end = settle(x[0], no);
  BOOST_REQUIRE(end);
  BOOST_REQUIRE(end->verdicts.size() == 1U);
  BOOST_TEST(!end->verdicts[0].stays);
  BOOST_TEST(!end->message_done);
  BOOST_TEST(take("one.example").empty());
  BOOST_TEST(attempt("two.example", ok).message_done);
}

BOOST_AUTO_TEST_CASE(held_mail_that_is_adopted_can_be_taken_out) {
  auto x = arrival(1, {"a@one.example", "b@two.example"});
  for (auto& y : x.recipients)
    y.state = queue::recipient_state::held;
  line.admit(x, true, now);
  BOOST_TEST(!line.holds(id{1})); // the database has it
  line.adopt(x.what, x.recipients);
  BOOST_TEST(line.take_questions().empty());
  const auto found = line.take_out(
    {id{1}}, {.state = queue::recipient_state::held}, rows::stay, leased);
  BOOST_REQUIRE(found.size() == 1U);
  BOOST_TEST(found[0].rows.size() == 2U);
  BOOST_TEST(!found[0].whole);
  BOOST_TEST(!line.holds(id{1}));
}

BOOST_AUTO_TEST_CASE(only_those_meant_are_hurried) {
  admit(1, {"a@one.example", "b@two.example"});
  answer_all();
  attempt("one.example", later);
  attempt("two.example", later);
  BOOST_TEST(line.hurry({id{1}}, now, {.domain = "two.example"}) == 1U);
  answer_all();
  BOOST_TEST(take("one.example").empty());
  BOOST_TEST((take("two.example") == ids{1}));
}

BOOST_AUTO_TEST_SUITE_END()
