#include "shard_fixture.hpp"

#include <algorithm>

using namespace stagepost;
using namespace std::chrono_literals;

namespace {

using lines = std::vector<std::string>;
using kind = queue::event::kind;

} // namespace

// What the shard does with mail by itself; no destination is needed where a
// domain has no hosts.
BOOST_FIXTURE_TEST_SUITE(shard_delivery, test::shard_fixture)

BOOST_AUTO_TEST_CASE(mail_goes_on_its_way_only_when_it_is_durable) {
  database.how = mood::holds;
  start_shard();
  submit(message());
  BOOST_TEST(dns.asked.empty());
  commit_held();
  BOOST_TEST((dns.asked == lines{"example.net"}));
}

BOOST_AUTO_TEST_CASE(what_is_in_the_database_at_the_start_goes_on) {
  rows.at_start
    = {stored(message("a@one.example")), stored(message("b@two.example"))};
  start_shard();
  BOOST_TEST((dns.asked == lines{"one.example", "two.example"}));
}

BOOST_AUTO_TEST_CASE(a_failure_of_the_dns_defers) {
  start_shard();
  submit(message());
  BOOST_REQUIRE(last_batch().changed.size() == 1U);
  const auto& row = last_batch().changed[0].now;
  BOOST_TEST((row.state == queue::recipient_state::deferred));
  BOOST_TEST(row.attempts == 1U);
  BOOST_TEST((row.next_at == here.now() + 1min));
  BOOST_TEST((last_batch().events.at(0).what == kind::deferred));
  wait(1min);
  BOOST_TEST(dns.asked.size() == 2U);
}

BOOST_AUTO_TEST_CASE(other_rules_count_from_the_next_attempt_on) {
  start_shard();
  submit(message());
  settings.delivery.retry = *retry_schedule::parse("10m");
  here.in_force.replace(settings);
  wait(1min); // was due by the old ones
  BOOST_TEST((last_batch().changed.at(0).now.next_at == here.now() + 10min));
}

BOOST_AUTO_TEST_CASE(a_domain_that_does_not_exist_is_reported_at_once) {
  dns.how = dns_outcome::no_domain;
  database.how = mood::holds;
  start_shard();
  submit(message("a@nowhere.example"));
  commit_held();
  // The failure and its report are one transaction.
  BOOST_REQUIRE(database.seen.size() == 2U);
  const auto& x = last_batch();
  BOOST_TEST((x.finished_messages == std::vector{queue::id{1}}));
  BOOST_REQUIRE(x.arrivals.size() == 1U);
  BOOST_TEST(x.arrivals[0].what->sender.empty());
  BOOST_TEST(x.arrivals[0].recipients.at(0).address == "s@example.org");
  BOOST_TEST(here.count.reports == 1U);
  commit_held(); // the report's own domain does not exist either
  BOOST_TEST(last_batch().arrivals.empty());
  BOOST_TEST(here.count.reports == 1U);
}

BOOST_AUTO_TEST_CASE(a_report_returns_a_header_that_memory_has_not) {
  dns.how = dns_outcome::no_domain;
  rows.at_start = {stored(message("a@nowhere.example"))};
  rows.body = std::make_shared<memory_content>("Subject: Kept\r\n\r\nHi\r\n");
  start_shard();
  BOOST_REQUIRE(!database.seen.empty());
  const auto& x = *database.seen.front();
  BOOST_REQUIRE(x.arrivals.size() == 1U);
  const std::string report{x.arrivals[0].body->in_memory()};
  BOOST_TEST(report.find("Subject: Kept") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_report_can_do_without_a_header) {
  dns.how = dns_outcome::no_domain;
  rows.at_start = {stored(message("a@nowhere.example"))};
  start_shard();
  BOOST_REQUIRE(!database.seen.empty());
  BOOST_TEST(database.seen.front()->arrivals.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_resolver_that_dies_defers) {
  stop(resolver, caf::exit_reason::kill);
  resolver = nullptr;
  start_shard();
  submit(message());
  BOOST_REQUIRE(last_batch().changed.size() == 1U);
  BOOST_TEST(last_batch().changed[0].now.last_reply.starts_with("451 4.4.3 "));
}

BOOST_AUTO_TEST_CASE(deferred_mail_due_late_is_read_when_its_time_comes_near) {
  start_shard();
  auto x = message();
  x.recipients[0].next_at = here.now() + 45min;
  rows.due = {stored(x)};
  wait(44min);
  BOOST_TEST(dns.asked.empty());
  wait(1min);
  BOOST_TEST((dns.asked == lines{"example.net"}));
}

BOOST_AUTO_TEST_CASE(mail_can_be_retried_before_its_time) {
  start_shard();
  submit(message());
  BOOST_TEST(dns.asked.size() == 1U);
  BOOST_TEST(order(queue::order::kind::retry, {queue::id{1}}) == 1U);
  BOOST_TEST(dns.asked.size() == 2U);
}

BOOST_AUTO_TEST_CASE(mail_that_is_not_in_memory_can_be_retried) {
  start_shard();
  auto x = message();
  x.recipients[0].next_at = here.now() + 24h;
  rows.due = {stored(x)};
  BOOST_TEST(order(queue::order::kind::retry, {x.what->id}) == 1U);
  BOOST_TEST((dns.asked == lines{"example.net"}));
}

BOOST_AUTO_TEST_CASE(mail_that_is_in_memory_in_part_is_retried_as_a_whole) {
  auto x = message("a@one.example");
  x.recipients.push_back(x.recipients[0]);
  x.recipients[1].number = 1;
  x.recipients[1].address = "b@two.example";
  x.recipients[1].next_at = here.now() + 24h;
  rows.due = {stored(x)};
  auto near = stored(x); // what the read at the start finds
  near.recipients.pop_back();
  rows.at_start = {near};
  start_shard();
  BOOST_TEST((dns.asked == lines{"one.example"}));
  BOOST_TEST(order(queue::order::kind::retry, {x.what->id}) == 2U);
  BOOST_TEST((dns.asked == lines{"one.example", "one.example", "two.example"}));
}

BOOST_AUTO_TEST_CASE(removed_mail_is_gone_from_memory_and_tables) {
  start_shard();
  submit(message());
  BOOST_TEST(order(queue::order::kind::remove, {queue::id{1}}) == 1U);
  BOOST_TEST((last_batch().removed == std::vector{queue::id{1}}));
  BOOST_TEST((last_batch().events.at(0).what == kind::deleted));
  wait(1h);
  BOOST_TEST(dns.asked.size() == 1U);
}

BOOST_AUTO_TEST_CASE(mail_removed_while_the_queue_is_read_stays_removed) {
  const auto x = message();
  rows.at_start = {stored(x)};
  rows.holds = true;
  start_shard();
  BOOST_REQUIRE(rows.held.size() == 1U); // read, and not yet heard
  order(queue::order::kind::remove, {x.what->id});
  read_held();
  BOOST_TEST(dns.asked.empty());
}

BOOST_AUTO_TEST_CASE(orders_wait_until_the_shard_is_ours) {
  database.owned = false;
  const auto x = message();
  rows.due = {stored(x)};
  start_shard();
  give(queue::order::kind::hold, {x.what->id});
  BOOST_TEST(heard.empty());
  BOOST_TEST(dns.asked.empty());
  database.owned = true;
  wait(250ms);
  BOOST_TEST((heard == lines{"1+0"}));
}

BOOST_AUTO_TEST_CASE(too_many_reports_to_one_address_wait_for_their_turn) {
  dns.how = dns_outcome::no_domain;
  settings.delivery.reports_per_minute = 2;
  settings.delivery.postmaster_copy = "postmaster@example.com";
  here.in_force.replace(settings);
  start_shard();
  for (int n = 0; n < 3; ++n)
    submit(message("a@nowhere.example"));
  std::vector<std::string> at_once;
  std::vector<queue::time_point> later;
  for (const auto& batch : database.seen)
    for (const auto& x : batch->arrivals)
      if (x.what->sender.empty()) {
        const auto& to = x.recipients.at(0);
        if (to.state == queue::recipient_state::queued)
          at_once.push_back(to.address);
        else
          later.push_back(to.next_at);
      }
  std::sort(at_once.begin(), at_once.end());
  BOOST_TEST((at_once
              == lines{"postmaster@example.com", "postmaster@example.com",
                       "s@example.org", "s@example.org"}));
  BOOST_REQUIRE(later.size() == 2U);
  BOOST_TEST((later[0] == here.now() + 30s));
}

BOOST_AUTO_TEST_CASE(failures_at_several_destinations_make_one_report) {
  dns.how = dns_outcome::no_domain;
  database.how = mood::holds;
  start_shard();
  submit(message_to({"a@one.example", "b@two.example", "c@three.example"}));
  commit_held();
  // The rows of the first stay until the report goes with the last.
  BOOST_REQUIRE(!database.seen.empty());
  while (!database.held.empty())
    commit_held();
  std::size_t kept = 0;
  std::size_t events = 0;
  std::vector<std::string> reports;
  for (const auto& batch : database.seen) {
    for (const auto& x : batch->changed)
      kept += x.now.state == queue::recipient_state::ended ? 1U : 0U;
    for (const auto& x : batch->events)
      events += x.what == kind::bounced && x.message == queue::id{1} ? 1U : 0U;
    for (const auto& x : batch->arrivals)
      if (x.what->sender.empty()) {
        reports.emplace_back(x.body->in_memory());
        BOOST_TEST(batch->finished.size() == 3U);
        BOOST_TEST((batch->maybe_finished.at(0) == queue::id{1}));
      }
  }
  BOOST_TEST(kept == 2U);
  BOOST_TEST(events == 3U);
  BOOST_REQUIRE(reports.size() == 1U);
  for (const auto* who : {"a@one.example", "b@two.example", "c@three.example"})
    BOOST_TEST(reports[0].find(who) != std::string::npos, who);
}

BOOST_AUTO_TEST_CASE(a_report_does_not_wait_for_ever_for_a_slow_resolver) {
  dns.how = dns_outcome::no_domain;
  dns.silent_for = "slow.example";
  start_shard();
  submit(message_to({"a@gone.example", "b@slow.example"}));
  BOOST_TEST(here.count.reports == 0U);
  dns.how = dns_outcome::temporary; // for the report itself
  wait(5min);
  BOOST_TEST(here.count.reports == 1U);
  BOOST_TEST(here.count.failed == 1U);
}

BOOST_AUTO_TEST_CASE(who_waits_for_their_time_does_not_hold_up_a_report) {
  dns.how = dns_outcome::no_domain;
  start_shard();
  auto x = message_to({"a@gone.example", "b@one.example"});
  x.recipients[1].next_at = here.now() + 1h;
  x.recipients[1].state = queue::recipient_state::deferred;
  submit(x);
  BOOST_TEST(here.count.reports == 1U);
}

BOOST_AUTO_TEST_CASE(a_report_that_was_outstanding_at_the_end_goes_out) {
  auto x = message_to({"a@one.example"});
  auto& row = x.recipients[0];
  row.state = queue::recipient_state::ended;
  row.last_reply = "mx.one.example[192.0.2.1]:25 said: 550 5.1.1 Who?";
  rows.at_start = {stored(x)};
  rows.body = x.body;
  start_shard();
  wait(100ms);
  BOOST_TEST((dns.asked == lines{"example.org"})); // for the report alone
  BOOST_REQUIRE(!database.seen.empty());
  const auto& batch = *database.seen.front();
  BOOST_TEST(
    (batch.finished == std::vector{queue::recipient_key{x.what->id, 0}}));
  BOOST_TEST((batch.maybe_finished == std::vector{x.what->id}));
  BOOST_REQUIRE(batch.arrivals.size() == 1U);
  const std::string report{batch.arrivals[0].body->in_memory()};
  for (const auto* part :
       {"mx.one.example answered:", "550 5.1.1 Who?", "Subject: x"})
    BOOST_TEST(report.find(part) != std::string::npos, part);
}

BOOST_AUTO_TEST_CASE(memory_holds_a_part_of_what_is_due_soon) {
  constexpr std::size_t all = 120'000;
  settings.delivery.retry = *retry_schedule::parse("5h");
  here.in_force.replace(settings);
  for (std::size_t n = 0; n < all; ++n) {
    auto x = message();
    x.recipients[0].next_at = here.now() + 1min + n * 10ms;
    x.recipients[0].state = queue::recipient_state::deferred;
    rows.due.push_back(stored(x));
    if (n < 50'000) // what is before the horizon is read at the start
      rows.at_start.push_back(stored(x));
  }
  start_shard();
  BOOST_TEST(services->waiting.load() <= 60'000U);
  std::uint64_t most = 0;
  for (int n = 0; n < 22 * 6; ++n) {
    pass(10s);
    most = std::max(most, services->waiting.load());
  }
  BOOST_TEST(most <= 60'000U);
  BOOST_TEST(here.count.deferred >= all); // each was tried in its time
}

BOOST_AUTO_TEST_SUITE_END()
