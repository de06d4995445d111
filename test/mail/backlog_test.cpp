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

BOOST_FIXTURE_TEST_SUITE(backlog, test::backlog_fixture)

BOOST_AUTO_TEST_CASE(leases_go_out_oldest_first) {
  for (const std::uint64_t n : {5U, 3U, 9U})
    admit(n, {"a@one.example"});
  answer_all();
  BOOST_TEST((take("one.example") == ids{5, 3, 9}));
  BOOST_TEST(line.count().leased == 3U);
}

BOOST_AUTO_TEST_CASE(a_domain_is_asked_for_once) {
  admit(1, {"a@one.example", "b@two.example"});
  admit(2, {"c@one.example"});
  BOOST_TEST((line.take_questions() == strings{"one.example", "two.example"}));
  admit(3, {"d@one.example"});
  BOOST_TEST(line.take_questions().empty());
  BOOST_TEST(line.count().resolving == 4U);
}

BOOST_AUTO_TEST_CASE(domains_differ_by_more_than_case) {
  admit(1, {"a@One.Example"});
  admit(2, {"b@one.example"});
  BOOST_TEST((line.take_questions() == strings{"one.example"}));
}

BOOST_AUTO_TEST_CASE(a_domain_of_another_script_is_asked_for_in_ascii) {
  admit(1, {"a@bücher.example"});
  admit(2, {"jörg@xn--bcher-kva.example"});
  BOOST_TEST((line.take_questions() == strings{"xn--bcher-kva.example"}));
}

BOOST_AUTO_TEST_CASE(an_answer_serves_until_it_runs_out) {
  admit(1, {"a@one.example"});
  answer_all();
  now += 59min;
  admit(2, {"b@one.example"});
  BOOST_TEST(line.take_questions().empty());
  BOOST_TEST((take("one.example") == ids{1, 2}));
  now += 1min;
  admit(3, {"c@one.example"});
  BOOST_TEST((line.take_questions() == strings{"one.example"}));
}

BOOST_AUTO_TEST_CASE(forgotten_answers_are_asked_for_again) {
  admit(1, {"a@one.example"});
  answer_all();
  line.forget_answers(now);
  admit(2, {"b@one.example"});
  BOOST_TEST((line.take_questions() == strings{"one.example"}));
  line.answer("one.example", "other", 0, now + 1h);
  BOOST_TEST(take("one.example").empty()); // who was in line there as well
  BOOST_TEST((take("other") == ids{1, 2}));
}

BOOST_AUTO_TEST_CASE(what_waits_goes_by_an_answer_that_has_run_out) {
  admit(1, {"a@one.example"});
  BOOST_TEST(line.take_questions().size() == 1U);
  line.answer("one.example", "site", 0, now - 1s);
  BOOST_TEST((take("site") == ids{1}));
}

BOOST_AUTO_TEST_CASE(domains_with_the_same_hosts_share_a_site) {
  admit(1, {"a@one.example"});
  admit(2, {"b@two.example"});
  for (const auto& domain : line.take_questions())
    line.answer(domain, "site", 0, now + 1h);
  BOOST_TEST((take("site") == ids{1, 2}));
}

BOOST_AUTO_TEST_CASE(recipients_of_a_message_at_one_site_go_together) {
  admit(1, {"a@one.example", "x@two.example", "b@one.example"});
  admit(2, {"c@one.example"});
  answer_all();
  const auto first = line.take("one.example");
  BOOST_REQUIRE(first.has_value());
  BOOST_REQUIRE(first->recipients.size() == 2U);
  BOOST_TEST(first->recipients[0].address == "a@one.example");
  BOOST_TEST(first->recipients[1].address == "b@one.example");
  BOOST_TEST(first->recipients[1].number == 2U);
  BOOST_TEST((take("one.example") == ids{2}));
  BOOST_TEST((take("two.example") == ids{1}));
}

BOOST_AUTO_TEST_CASE(at_most_a_hundred_recipients_go_together) {
  strings to;
  for (int i = 0; i < 250; ++i)
    to.push_back("r" + std::to_string(i) + "@one.example");
  admit(1, to);
  answer_all();
  std::set<std::uint16_t> numbers;
  std::vector<std::size_t> sizes;
  while (const auto x = line.take("one.example")) {
    sizes.push_back(x->recipients.size());
    for (const auto& y : x->recipients)
      BOOST_TEST(numbers.insert(y.number).second); // nobody goes twice
  }
  BOOST_TEST((sizes == std::vector<std::size_t>{100, 100, 50}));
  BOOST_TEST(numbers.size() == 250U);
}

BOOST_AUTO_TEST_CASE(a_site_gets_no_more_than_its_window) {
  for (const std::uint64_t n : {1U, 2U, 3U, 4U})
    admit(n, {"a@one.example"});
  answer_all(2);
  BOOST_TEST((take("one.example") == ids{1, 2}));
  BOOST_TEST(line.take_takers().size() == 1U); // those of the answer
  BOOST_TEST(settle(jobs[0], ok).has_value());
  BOOST_TEST((line.take_takers() == strings{"one.example"}));
  BOOST_TEST((take("one.example") == ids{3}));
  BOOST_TEST(line.busy("one.example"));
}

BOOST_AUTO_TEST_CASE(only_sites_that_may_take_something_are_named) {
  admit(1, {"a@one.example"});
  BOOST_TEST(line.take_takers().empty());
  answer_all();
  BOOST_TEST((line.take_takers() == strings{"one.example"}));
  BOOST_TEST(line.take_takers().empty());
  take("one.example");
  settle(jobs[0], ok);
  BOOST_TEST(line.take_takers().empty()); // room, but no work
}

BOOST_AUTO_TEST_CASE(leases_of_a_site_that_is_lost_come_back) {
  for (const std::uint64_t n : {1U, 2U, 3U})
    admit(n, {"a@one.example", "b@one.example"});
  answer_all(2);
  BOOST_TEST((take("one.example") == ids{1, 2}));
  line.take_takers();
  line.lost("one.example");
  BOOST_TEST((line.take_takers() == strings{"one.example"}));
  BOOST_TEST(line.count().leased == 0U);
  const auto again = take("one.example");
  BOOST_TEST((std::set(again.begin(), again.end()).size() == 2U));
  BOOST_TEST(jobs.back().recipients.size() == 2U);
  BOOST_TEST(!settle(jobs[0], ok).has_value()); // the old lease is void
  BOOST_TEST(settle(jobs[2], ok).has_value());
}

BOOST_AUTO_TEST_CASE(other_sites_keep_their_leases_when_one_is_lost) {
  admit(1, {"a@one.example", "b@two.example"});
  answer_all();
  take("one.example");
  take("two.example");
  line.lost("one.example");
  BOOST_TEST(line.count().leased == 1U);
  BOOST_TEST(settle(jobs[1], ok).has_value());
}

BOOST_AUTO_TEST_CASE(settling_what_nobody_leased_is_nothing) {
  admit(1, {"a@one.example"});
  answer_all();
  take("one.example");
  BOOST_TEST(!line.settle(99, {ok}, {&waits, warn_after}, now).has_value());
  BOOST_TEST(settle(jobs[0], later).has_value());
  BOOST_TEST(!settle(jobs[0], ok).has_value()); // nobody settles twice
  BOOST_TEST(line.count().waiting == 1U);
}

BOOST_AUTO_TEST_CASE(waiting_mail_can_be_hurried) {
  for (const std::uint64_t n : {1U, 2U, 3U})
    admit(n, {"a@one.example"});
  answer_all();
  for (int n = 0; n < 3; ++n)
    attempt("one.example", later);
  BOOST_TEST(line.hurry({queue::id{2}, queue::id{77}}, now) == 1U);
  BOOST_TEST((take("one.example") == ids{2}));
  queue::backlog::leased_keys under_way;
  BOOST_TEST(line.hurry({queue::id{2}}, now, {}, &under_way) == 0U);
  BOOST_TEST((under_way == std::vector{queue::recipient_key{queue::id{2}, 0}}));
  BOOST_TEST(line.hurry({}, now) == 2U);
  BOOST_TEST(take("one.example").size() == 2U);
  BOOST_TEST(!line.next_wake().has_value());
}

BOOST_AUTO_TEST_CASE(what_has_no_site_is_leased_to_be_settled) {
  admit(1, {"a@one.example", "b@one.example", "c@two.example"});
  admit(2, {"d@one.example"});
  BOOST_TEST(line.take_questions().size() == 2U);
  const auto none = line.take_unanswered("one.example");
  BOOST_REQUIRE(none.size() == 2U);
  BOOST_TEST(none[0].recipients.size() == 2U);
  BOOST_TEST(settle(none[0], later).has_value());
  BOOST_TEST(settle(none[1], no)->message_done);
  BOOST_TEST(line.take_unanswered("one.example").empty());
  pass(1min);
  BOOST_TEST((take("one.example") == ids{1})); // it was asked for again
}

BOOST_AUTO_TEST_CASE(sites_and_answers_that_nobody_needs_are_forgotten) {
  admit(1, {"a@one.example"});
  answer_all(1);
  BOOST_TEST(attempt("one.example", ok).message_done);
  pass(2h);
  admit(2, {"a@one.example"});
  BOOST_TEST((line.take_questions() == strings{"one.example"}));
}

BOOST_AUTO_TEST_CASE(who_is_in_doubt_can_be_held) {
  for (const bool hold : {false, true}) {
    const std::uint64_t n = hold ? 2 : 1;
    admit(n, {"a@x.org", "b@x.org", "c@x.org"});
    answer_all();
    const auto lease = line.take("x.org");
    BOOST_TEST_REQUIRE(lease.has_value());
    const smtp::reply lost{451, {4, 4, 2}, "In doubt"};
    const auto ended = line.settle(
      lease->job, {{250, {2, 0, 0}, "Ok"}, lost, lost},
      {.wait = &waits, .warn_after = warn_after, .hold_in_doubt = hold}, now,
      queue::attempt::made, {1});
    BOOST_TEST_REQUIRE(ended.has_value());
    BOOST_TEST_REQUIRE(ended->verdicts.size() == 3U);
    const auto& doubtful = ended->verdicts[1];
    BOOST_TEST(doubtful.in_doubt);
    BOOST_TEST(doubtful.stays);
    BOOST_TEST(!ended->verdicts[2].in_doubt);
    BOOST_TEST((doubtful.row.state == queue::recipient_state::held) == hold);
    BOOST_TEST(
      (ended->verdicts[2].row.state == queue::recipient_state::deferred));
    BOOST_TEST(doubtful.row.last_reply == "451 4.4.2 In doubt");
    BOOST_TEST(!ended->message_done);
    BOOST_TEST(line.holds_whole(queue::id{n}) == !hold);
  }
}

BOOST_AUTO_TEST_SUITE_END()
