#include "backlog_fixture.hpp"
#include "mail/queue/suspension.hpp"

#include <boost/test/unit_test.hpp>

using namespace stagepost;
using namespace std::chrono_literals;
using queue::id;
using held_by = queue::suspension::kind;

namespace {

using ids = std::vector<std::uint64_t>;
using strings = std::vector<std::string>;

struct with_suspensions : test::backlog_fixture {
  std::uint64_t suspend(held_by what, const std::string& subject,
                        std::optional<test::backlog_fixture::time_point> until
                        = {}) {
    return line.suspend({what, subject, "a try", now, until});
  }
};

} // namespace

// Mail that waits because its domain, its site or its sender is suspended.
BOOST_FIXTURE_TEST_SUITE(suspension, with_suspensions)

BOOST_AUTO_TEST_CASE(a_suspension_names_what_it_is_about) {
  queue::suspensions all;
  all.add({held_by::domain, "one.example", "", now, {}});
  all.add({held_by::sender, "a@sender.example", "", now, {}});
  all.add({held_by::sender, "@bulk.example", "", now, {}});
  all.add({held_by::site, "mx.one.example:25/none", "", now, {}});
  BOOST_TEST(all.of("x@y.example", "one.example") != nullptr);
  BOOST_TEST(all.of("x@y.example", "sub.one.example") == nullptr);
  BOOST_TEST(all.of("A@Sender.Example", "two.example") != nullptr);
  BOOST_TEST(all.of("b@sender.example", "two.example") == nullptr);
  BOOST_TEST(all.of("b@bulk.example", "two.example") != nullptr);
  BOOST_TEST(all.of("", "two.example") == nullptr);
  BOOST_TEST(all.of_site("mx.one.example:25/none") != nullptr);
  BOOST_TEST(all.of_site("mx.two.example:25/none") == nullptr);
  BOOST_TEST(to_string(*all.of("x@y", "one.example")) == "domain one.example");
}

BOOST_AUTO_TEST_CASE(mail_to_a_suspended_domain_waits_and_then_goes) {
  suspend(held_by::domain, "one.example");
  admit(1, {"a@one.example", "b@two.example"});
  BOOST_TEST((line.take_questions() == strings{"two.example"}));
  BOOST_TEST(line.count().suspended == 1U);
  BOOST_TEST(line.resume(held_by::domain, "one.example", now).value_or(0)
             == 1U);
  answer_all();
  BOOST_TEST((take("one.example") == ids{1}));
  BOOST_TEST(line.count().suspended == 0U);
}

BOOST_AUTO_TEST_CASE(what_is_due_is_stopped_wherever_it_is) {
  admit(1, {"a@one.example"}); // before its site
  admit(2, {"a@two.example"}); // before the question
  line.take_questions();
  line.answer("one.example", "one.example", 0, now + 1h);
  BOOST_TEST(suspend(held_by::sender, "s@example.org") == 2U);
  line.answer("two.example", "two.example", 0, now + 1h);
  BOOST_TEST(take("one.example").empty());
  BOOST_TEST(take("two.example").empty());
  BOOST_TEST(line.take_unanswered("two.example").empty());
  line.resume(held_by::sender, "s@example.org", now);
  BOOST_TEST((take("one.example") == ids{1}));
  answer_all(); // of its domain nothing is known any more
  BOOST_TEST((take("two.example") == ids{2}));
}

BOOST_AUTO_TEST_CASE(a_site_is_suspended_for_all_its_domains) {
  suspend(held_by::site, "site");
  admit(1, {"a@one.example"});
  admit(2, {"a@two.example"});
  for (const auto& domain : line.take_questions())
    line.answer(domain, "site", 0, now + 1h);
  BOOST_TEST(take("site").empty());
  admit(3, {"a@one.example"}); // its answer is known
  BOOST_TEST(take("site").empty());
  BOOST_TEST(line.resume(held_by::site, "site", now).value_or(0) == 3U);
  BOOST_TEST((take("site") == ids{1, 2, 3}));
}

BOOST_AUTO_TEST_CASE(what_is_under_way_goes_on_and_waits_if_deferred) {
  admit(1, {"a@one.example"});
  answer_all();
  take("one.example");
  BOOST_TEST(suspend(held_by::domain, "one.example") == 0U);
  settle(jobs.at(0), later);
  pass(1h);
  BOOST_TEST(take("one.example").empty());
  BOOST_TEST(line.count().suspended == 1U);
}

BOOST_AUTO_TEST_CASE(what_a_lost_destination_gives_back_waits_too) {
  admit(1, {"a@one.example"});
  answer_all();
  take("one.example");
  suspend(held_by::domain, "one.example");
  line.lost("one.example");
  BOOST_TEST(take("one.example").empty());
  BOOST_TEST(line.count().suspended == 1U);
}

BOOST_AUTO_TEST_CASE(a_suspension_ends_by_itself) {
  suspend(held_by::domain, "one.example", now + 1h);
  admit(1, {"a@one.example"});
  BOOST_TEST((line.next_wake() == now + 1h));
  now += 1h;
  const auto over = line.end_suspensions(now);
  BOOST_REQUIRE(over.size() == 1U);
  BOOST_TEST(over[0].subject == "one.example");
  answer_all();
  BOOST_TEST((take("one.example") == ids{1}));
}

BOOST_AUTO_TEST_CASE(what_expires_meanwhile_is_given_out_once_a_message) {
  suspend(held_by::domain, "one.example");
  admit(1, {"a@one.example", "b@one.example"});
  BOOST_TEST((line.next_wake() == now + 120h));
  BOOST_TEST(line.take_expired(now + 119h).empty());
  now += 120h;
  const auto x = line.take_expired(now);
  BOOST_REQUIRE(x.size() == 1U);
  BOOST_TEST(x[0].first.recipients.size() == 2U);
  BOOST_TEST(to_string(x[0].second) == "domain one.example: a try");
  const auto end = settle(x[0].first, later);
  BOOST_REQUIRE(end);
  BOOST_TEST(end->verdicts[0].expired);
  BOOST_TEST(end->message_done);
}

BOOST_AUTO_TEST_CASE(one_suspension_of_two_keeps_the_mail_back) {
  suspend(held_by::domain, "one.example");
  suspend(held_by::sender, "@example.org");
  admit(1, {"a@one.example"});
  BOOST_TEST(line.resume(held_by::domain, "one.example", now).value_or(9)
             == 0U);
  BOOST_TEST(line.resume(held_by::sender, "@example.org", now).value_or(9)
             == 1U);
  BOOST_TEST(!line.resume(held_by::sender, "@example.org", now));
}

BOOST_AUTO_TEST_CASE(suspended_mail_can_be_taken_out_and_removed) {
  suspend(held_by::domain, "one.example");
  admit(1, {"a@one.example"});
  admit(2, {"a@one.example"});
  queue::backlog::leased_keys leased;
  BOOST_TEST(
    line.take_out({id{1}}, {}, queue::backlog::rows::stay, leased).size()
    == 1U);
  BOOST_TEST(line.take_out({id{2}}, {}, queue::backlog::rows::go, leased).size()
             == 1U);
  BOOST_TEST(line.count().suspended == 0U);
  BOOST_TEST(!line.next_wake());
}

BOOST_AUTO_TEST_CASE(everybody_can_see_what_waits_for_what) {
  suspend(held_by::domain, "one.example");
  admit(1, {"a@one.example", "b@two.example"});
  const auto x = line.look_at({id{1}, id{2}});
  BOOST_REQUIRE(x.size() == 2U);
  BOOST_TEST(x[0].where == std::string{"suspended"});
  BOOST_TEST(x[0].suspended == "domain one.example: a try");
  BOOST_TEST(x[1].where == std::string{"resolving"});
  BOOST_TEST(x[1].suspended.empty());
}

BOOST_AUTO_TEST_CASE(what_is_hurried_and_kept_back_is_due_in_its_row) {
  admit(1, {"a@one.example"});
  admit(2, {"a@two.example"});
  answer_all();
  attempt("one.example", later);
  attempt("two.example", later);
  suspend(held_by::domain, "one.example");
  std::vector<queue::change> rows;
  BOOST_TEST(line.hurry({}, now, {}, nullptr, &rows) == 2U);
  BOOST_REQUIRE(rows.size() == 1U);
  BOOST_TEST((rows[0].message == queue::id{1}));
  BOOST_TEST((rows[0].now.next_at == now));
}

BOOST_AUTO_TEST_SUITE_END()
