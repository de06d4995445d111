#include "handover_fixture.hpp"
#include "mail/notify.hpp"

#include <string>
#include <vector>

using namespace stagepost;
using namespace stagepost::test::handovers;
using namespace std::chrono_literals;

namespace {

using texts = std::vector<std::string>;

} // namespace

BOOST_FIXTURE_TEST_SUITE(handover, with_outlets)

BOOST_AUTO_TEST_CASE(one_outlet_s_word_is_the_reply) {
  BOOST_TEST((hand({"jobs"}) == texts{"250 2.0.0 Printed"}));
  BOOST_TEST((hand({"filter"}) == texts{"554 5.3.0 Not for us"}));
  BOOST_TEST((hand({"none"}) == texts{"250 2.0.0 Accepted and discarded"}));
  BOOST_TEST(x.notices.empty());
  BOOST_TEST(x.arrivals.empty());
}

BOOST_AUTO_TEST_CASE(an_outlet_is_asked_once_for_all_of_its_recipients) {
  hand({"jobs", "filter", "jobs"});
  BOOST_REQUIRE_EQUAL(x.jobs.size(), 2U);
  const auto& jobs = x.jobs[x.jobs[0].outlet == "jobs" ? 0 : 1];
  BOOST_TEST((jobs.recipients == std::vector<std::size_t>{0, 2}));
}

BOOST_AUTO_TEST_CASE(a_failure_is_told_in_the_reply_and_by_mail) {
  x.says["jobs"] = down();
  BOOST_TEST((hand({"jobs"}) == texts{"451 4.4.1 The platform is down"}));
  BOOST_REQUIRE_EQUAL(x.notices.size(), 1U);
  BOOST_TEST(x.notices[0].outlet == "jobs");
  BOOST_TEST((x.notices[0].recipients == texts{"r@jobs.example"}));
  BOOST_TEST(x.records.at(0).untold.verdicts.empty());
}

BOOST_AUTO_TEST_CASE(who_wants_to_hear_of_no_failure_gets_no_failure_mail) {
  x.says["jobs"] = down();
  for (const auto notify : {notify_never, notify_success}) {
    hand({"jobs"}, "s@example.org", false, notify);
    BOOST_TEST(x.notices.empty());
  }
  hand({"jobs"}, "s@example.org", false, notify_failure);
  BOOST_TEST(x.notices.size() == 1U);
}

BOOST_AUTO_TEST_CASE(success_is_reported_where_it_was_asked_for) {
  hand({"jobs", "filter", "relay"}, "s@example.org", false,
       notify_success | notify_failure);
  const auto& told = x.records.at(0).untold.verdicts;
  BOOST_REQUIRE_EQUAL(told.size(), 2U);
  BOOST_TEST(told[0].row.address == "r@filter.example");
  BOOST_TEST(told[1].row.address == "r@jobs.example");
  BOOST_TEST(to_string(told[1].reply) == "250 2.0.0 Printed");
  x.records.clear();
  hand({"jobs"}, "s@example.org", false, notify_success);
  BOOST_TEST(x.records.at(0).untold.verdicts.size() == 1U);
  x.records.clear();
  hand({"jobs"}, "", false, notify_success);
  hand({"jobs"}, "s@example.org", false, notify_failure);
  for (const auto& record : x.records)
    BOOST_TEST(record.untold.verdicts.empty());
}

BOOST_AUTO_TEST_CASE(no_failure_mail_where_none_is_wanted) {
  x.says["twice"] = down();
  x.says["jobs"]
    = {verdict::kind::rejected, {550, {5, 7, 1}, "No"}, "http://a"};
  BOOST_TEST((hand({"twice"}) == texts{"550 5.7.1 No"}));
  BOOST_TEST((hand({"jobs"}) == texts{"550 5.7.1 No"}));
  BOOST_TEST(x.notices.empty()); // a platform that rejects tells its user
}

BOOST_AUTO_TEST_CASE(what_fails_for_now_goes_to_the_fallback) {
  x.says["kept"] = down();
  BOOST_TEST((hand({"kept"}) == texts{"250 2.0.0 Queued as x"}));
  BOOST_REQUIRE_EQUAL(x.arrivals.size(), 1U);
  BOOST_TEST((x.arrivals[0].what->id == queue::id{7}));
  BOOST_TEST(x.notices.empty());
  const auto& events = x.records.at(0).events;
  BOOST_REQUIRE_EQUAL(events.size(), 1U);
  BOOST_TEST((events[0].what == queue::event::kind::deferred));
}

BOOST_AUTO_TEST_CASE(an_attempt_begins_when_its_outlet_is_asked) {
  const auto begin = here.now();
  x.says["twice"] = down();
  hand({"twice"});
  const auto& events = x.records.at(0).events;
  BOOST_REQUIRE_EQUAL(events.size(), 2U);
  for (const auto& event : events) {
    BOOST_TEST((event.began >= begin && event.began <= event.at));
    BOOST_TEST(event.tls == ""); // that of the client is another matter
  }
}

BOOST_AUTO_TEST_CASE(what_is_rejected_does_not) {
  x.says["kept"]
    = {verdict::kind::rejected, {550, {5, 7, 1}, "No"}, "http://a"};
  BOOST_TEST((hand({"kept"}) == texts{"550 5.7.1 No"}));
  BOOST_TEST(x.arrivals.empty());
}

BOOST_AUTO_TEST_CASE(a_fallback_may_come_second_under_an_id_of_its_own) {
  x.says["kept"] = down();
  BOOST_TEST((hand({"relay", "kept"}) == texts{"250 2.0.0 Queued as x"}));
  BOOST_REQUIRE_EQUAL(x.arrivals.size(), 2U);
  BOOST_TEST((x.arrivals[0].what->id != x.arrivals[1].what->id));
}

BOOST_AUTO_TEST_CASE(mixed_outcomes_are_250_and_a_report) {
  BOOST_TEST((hand({"jobs", "filter"})
              == texts{"250 2.0.0 Accepted for 1 of 2 recipients, a report on "
                       "the others follows"}));
  const auto& untold = x.records.at(0).untold;
  BOOST_REQUIRE_EQUAL(untold.verdicts.size(), 1U);
  BOOST_TEST(untold.verdicts[0].row.address == "r@filter.example");
  BOOST_TEST(to_string(untold.verdicts[0].reply) == "554 5.3.0 Not for us");
  BOOST_TEST(x.notices.empty());
}

BOOST_AUTO_TEST_CASE(no_250_is_silent_about_what_can_not_be_reported) {
  x.no_database = true;
  BOOST_TEST((hand({"jobs", "filter"})
              == texts{"451 4.3.0 What became of it can't be stored, try again "
                       "later"}));
  BOOST_TEST((hand({"jobs"}) == texts{"250 2.0.0 Printed"}));
}

BOOST_AUTO_TEST_CASE(nobody_is_promised_a_report_who_can_have_none) {
  BOOST_TEST((hand({"jobs", "filter"}, "")
              == texts{"250 2.0.0 Accepted for 1 of 2 recipients"}));
  BOOST_TEST(x.records.at(0).untold.verdicts.empty());
}

BOOST_AUTO_TEST_CASE(lmtp_hears_of_each_recipient) {
  BOOST_TEST((hand({"jobs", "filter", "relay"}, "s@example.org", true)
              == texts{"250 2.0.0 Printed", "554 5.3.0 Not for us",
                       "250 2.0.0 Queued as x"}));
  BOOST_TEST(x.records.at(0).untold.verdicts.empty());
}

BOOST_AUTO_TEST_CASE(a_storage_that_is_away_is_451) {
  x.queue_says = {451, {4, 3, 0}, "Away"};
  BOOST_TEST((hand({"relay", "filter"}) == texts{"554 5.3.0 Not for us"}));
  x.says["kept"] = down();
  BOOST_TEST((hand({"kept"}) == texts{"451 4.3.0 Away"}));
}

BOOST_AUTO_TEST_CASE(an_outlet_that_crashes_is_451) {
  x.crash = true;
  BOOST_TEST(
    (hand({"jobs"}) == texts{"451 4.3.0 Internal error, try again later"}));
  BOOST_TEST((hand({"kept"}) == texts{"250 2.0.0 Queued as x"}));
}

BOOST_AUTO_TEST_CASE(the_first_outlet_s_patience_counts_for_all_of_the_way) {
  config.outlets[3].reply_within = 10s;
  here.in_force.replace(config);
  x.says["twice"] = down();
  const auto now = scheduler.clock().now();
  hand({"twice"});
  BOOST_REQUIRE_EQUAL(x.jobs.size(), 2U);
  BOOST_TEST((x.jobs[0].deadline == now + 10s));
  BOOST_TEST((x.jobs[1].deadline == now + 10s));
}

BOOST_AUTO_TEST_CASE(a_client_that_heard_451_has_no_mail_in_the_fallback) {
  const auto longest = config.outlets[2].reply_within;
  x.hold = true;
  const auto after = [&](std::chrono::seconds time) {
    meanwhile = [this, time] {
      pass(time);
      free(outlets);
      x.held.back().deliver(for_all(x.jobs.back(), down()));
      settle();
    };
    return hand({"kept"});
  };
  BOOST_TEST((after(longest + 1s) == texts{"250 2.0.0 Queued as x"}));
  BOOST_TEST(x.arrivals.size() == 1U);
  // From here the queue's own answer may come too late.
  BOOST_TEST((after(longest + 6s) == texts{"451 4.4.1 The platform is down"}));
  BOOST_TEST(
    (after(longest + outlet_slack) == texts{"451 4.4.1 The platform is down"}));
  BOOST_TEST(x.arrivals.size() == 1U);
}

BOOST_AUTO_TEST_CASE(what_is_not_recorded_is_told_before_the_session_ends) {
  x.deaf = true;
  const auto begin = scheduler.clock().now();
  meanwhile = [this] { pass(outlet_slack - 1s); };
  BOOST_TEST((hand({"jobs", "filter"})
              == texts{"451 4.3.0 What became of it can't be stored, try again "
                       "later"}));
  BOOST_TEST((scheduler.clock().now() < begin + outlet_slack));
}

BOOST_AUTO_TEST_CASE(each_recipient_without_an_outlet_hears_its_own_refusal) {
  decided.resize(3);
  decided[0].refusal = {550, {5, 1, 1}, "No such mailbox"};
  decided[1].refusal = {451, {4, 3, 0}, "Not now"};
  decided[2].refusal = {550, {5, 7, 1}, "Not from you"};
  BOOST_TEST((hand({"a", "b", "c"}, "s@example.org", true)
              == texts{"550 5.1.1 No such mailbox", "451 4.3.0 Not now",
                       "550 5.7.1 Not from you"}));
  const auto& events = x.records.at(0).events;
  BOOST_REQUIRE_EQUAL(events.size(), 3U);
  BOOST_TEST(events[1].reply == "451 4.3.0 Not now");
}

BOOST_AUTO_TEST_CASE(a_client_that_hangs_up_changes_nothing) {
  x.hold = true;
  {
    caf::scoped_actor client{system, true};
    auto mail = std::make_shared<received_mail>();
    mail->id = queue::id{8};
    mail->envelope.sender = "s@example.org";
    mail->envelope.recipients.push_back({"r@jobs.example", 0, ""});
    mail->body = std::make_shared<memory_content>("Subject: x\r\n\r\n");
    const auto by = here.in_force.get();
    [[maybe_unused]] const auto pending = client->request(
      system.spawn(stagepost::handover, &here, by, mail,
                   outlets_of(here, *by, *mail), false, std::string("h")),
      caf::infinite, handover_atom_v);
    settle();
  } // the client is gone
  settle();
  BOOST_REQUIRE_EQUAL(x.held.size(), 1U);
  free(outlets);
  x.held[0].deliver(for_all(x.jobs[0], x.says["jobs"]));
  x.held.clear();
  settle();
  BOOST_REQUIRE_EQUAL(x.records.size(), 1U);
  BOOST_TEST((x.records[0].events.at(0).what == queue::event::kind::delivered));
  BOOST_TEST(here.tree.size() == 0U); // and nobody is left
}

BOOST_AUTO_TEST_SUITE_END()
