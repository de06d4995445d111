#include "shard_fixture.hpp"

using namespace stagepost;
using namespace std::chrono_literals;

namespace {

using kind = queue::order::kind;
using event = queue::event::kind;
using queue::recipient_state;
using lines = std::vector<std::string>;

struct with_orders : test::shard_fixture {
  /// The events of all batches, in order.
  std::vector<event> events() const {
    std::vector<event> out;
    for (const auto& x : database.seen)
      for (const auto& y : x->events)
        out.push_back(y.what);
    return out;
  }

  /// As the database shows a message after this batch has changed it.
  queue::stored held(queue::arrival x) const {
    for (auto& row : x.recipients)
      row.state = recipient_state::held;
    return stored(x);
  }
};

} // namespace

// What administrators want done with mail, and what the database gets to see.
BOOST_FIXTURE_TEST_SUITE(shard_orders, with_orders)

BOOST_AUTO_TEST_CASE(held_mail_is_not_tried_until_it_is_released) {
  start_shard();
  const auto x = message();
  submit(x);
  BOOST_TEST(dns.asked.size() == 1U);
  BOOST_TEST(order(kind::hold, {x.what->id}) == 1U);
  BOOST_REQUIRE(last_batch().changed.size() == 1U);
  BOOST_TEST((last_batch().changed[0].now.state == recipient_state::held));
  wait(1h);
  BOOST_TEST(dns.asked.size() == 1U);
  rows.due = {held(x)};
  BOOST_TEST(order(kind::release, {x.what->id}) == 1U);
  BOOST_TEST(dns.asked.size() == 2U);
  BOOST_TEST((events()
              == std::vector{event::accepted, event::deferred, event::held,
                             event::released, event::deferred}));
}

BOOST_AUTO_TEST_CASE(only_held_mail_is_released) {
  start_shard();
  const auto x = message();
  submit(x);
  rows.due = {stored(x)};
  BOOST_TEST(order(kind::release, {x.what->id}) == 0U);
  BOOST_TEST(order(kind::release, {queue::id{77}}) == 0U);
}

BOOST_AUTO_TEST_CASE(an_order_is_answered_when_it_is_durable) {
  start_shard();
  const auto x = message();
  submit(x);
  heard.clear();
  database.how = mood::holds;
  give(kind::hold, {x.what->id});
  wait(5s);
  BOOST_TEST(heard.empty());
  commit_held();
  BOOST_TEST((heard == lines{"1+0"}));
}

BOOST_AUTO_TEST_CASE(who_gives_an_order_hears_that_the_database_is_away) {
  start_shard();
  const auto x = message();
  submit(x);
  heard.clear();
  database.how = mood::fails;
  give(kind::hold, {x.what->id});
  wait(11s);
  BOOST_REQUIRE(heard.size() == 1U);
  BOOST_TEST(heard[0].find("it is done, but PostgreSQL does not answer")
             != std::string::npos);
  database.how = mood::works;
  wait(1s);
  BOOST_REQUIRE(!last_batch().changed.empty());
  BOOST_TEST((last_batch().changed[0].now.state == recipient_state::held));
}

BOOST_AUTO_TEST_CASE(orders_are_carried_out_one_after_the_other) {
  start_shard();
  const auto x = message();
  submit(x);
  heard.clear();
  database.how = mood::holds;
  rows.due = {held(x)}; // as it is when the second order reads it
  give(kind::hold, {x.what->id});
  give(kind::release, {x.what->id});
  BOOST_TEST(last_batch().events.size() == 1U);
  commit_held(); // of the first, then the second is begun
  commit_held();
  BOOST_TEST((heard == lines{"1+0", "1+0"}));
}

BOOST_AUTO_TEST_CASE(mail_held_in_one_commit_with_its_deferral_stays_held) {
  start_shard();
  const auto x = message();
  database.how = mood::holds;
  submit(x);
  commit_held(); // then it is deferred, and that is being committed
  submit(message("b@example.org"));
  give(kind::hold, {x.what->id});
  commit_held();
  const auto& changed = last_batch().changed;
  BOOST_REQUIRE(!changed.empty());
  for (const auto& y : changed)
    if (y.message == x.what->id)
      BOOST_TEST((y.now.state == recipient_state::held));
  commit_held();
}

BOOST_AUTO_TEST_CASE(what_bounces_is_reported_to_its_sender) {
  start_shard();
  const auto x = message();
  submit(x);
  BOOST_TEST(order(kind::bounce, {x.what->id}) == 1U);
  const auto& batch = *database.seen.at(2);
  BOOST_REQUIRE(batch.finished.size() == 1U);
  BOOST_TEST((batch.finished_messages == std::vector{x.what->id}));
  BOOST_REQUIRE(batch.arrivals.size() == 1U);
  BOOST_TEST(batch.arrivals[0].recipients[0].address == "s@example.org");
  std::string text(batch.arrivals[0].body->size(), '\0');
  batch.arrivals[0].body->read(0, text);
  BOOST_TEST(text.find("550 5.7.1 Not wanted") != std::string::npos);
  BOOST_TEST(text.find("Subject: x") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(held_mail_bounces_with_its_header_from_the_database) {
  start_shard();
  const auto x = message();
  rows.due = {held(x)};
  rows.body = x.body;
  BOOST_TEST(order(kind::bounce, {x.what->id}, {.state = recipient_state::held})
             == 1U);
  const auto& batch = *database.seen.at(0);
  BOOST_TEST((batch.finished == std::vector{queue::recipient_key{x.what->id}}));
  BOOST_TEST((batch.maybe_finished == std::vector{x.what->id}));
  BOOST_REQUIRE(batch.arrivals.size() == 1U);
  std::string text(batch.arrivals[0].body->size(), '\0');
  batch.arrivals[0].body->read(0, text);
  BOOST_TEST(text.find("Subject: x") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(redirected_mail_goes_elsewhere_at_once) {
  start_shard();
  const auto x = message();
  submit(x);
  BOOST_TEST(order(kind::redirect, {x.what->id}) == 1U);
  BOOST_TEST((dns.asked == lines{"example.net", "example.com"}));
  const auto& batch = *database.seen.at(2);
  BOOST_REQUIRE(batch.redirected.size() == 1U);
  BOOST_TEST(batch.redirected[0].now.address == "other@example.com");
  BOOST_TEST(batch.redirected[0].now.original_recipient
             == "rfc822;a@example.net");
  BOOST_TEST(batch.events.at(0).reply == "redirected to other@example.com");
  BOOST_TEST(batch.events.at(0).recipient == "a@example.net");
}

BOOST_AUTO_TEST_CASE(only_the_recipients_meant_are_removed) {
  start_shard();
  auto x = message("a@one.example");
  x.recipients.push_back(x.recipients[0]);
  x.recipients[1].number = 1;
  x.recipients[1].address = "b@two.example";
  submit(x);
  BOOST_TEST(order(kind::remove, {x.what->id}, {.domain = "two.example"})
             == 1U);
  BOOST_TEST((last_batch().finished
              == std::vector{queue::recipient_key{x.what->id, 1}}));
  BOOST_TEST(last_batch().finished_messages.empty());
  BOOST_TEST(order(kind::remove, {x.what->id}, {.domain = "one.example"})
             == 1U);
  BOOST_TEST((last_batch().finished_messages == std::vector{x.what->id}));
}

BOOST_AUTO_TEST_CASE(what_is_read_while_an_order_is_new_does_not_undo_it) {
  start_shard();
  const auto x = message();
  submit(x);
  database.how = mood::holds;
  give(kind::hold, {x.what->id});
  auto old = x; // as a read sees it that began before the commit
  old.recipients[0].state = recipient_state::deferred;
  old.recipients[0].next_at = here.now() + 15min;
  rows.due = {stored(old)};
  wait(20min);
  BOOST_TEST(dns.asked.size() == 1U);
  commit_held();
}

BOOST_AUTO_TEST_CASE(an_order_waits_for_the_read_at_the_start) {
  const auto x = message();
  rows.at_start = {stored(x)};
  rows.holds = true;
  start_shard();
  give(kind::hold, {x.what->id});
  BOOST_TEST(heard.empty());
  rows.due = {stored(x)};
  read_held();
  BOOST_TEST((heard == lines{"1+0"}));
}

BOOST_AUTO_TEST_SUITE_END()
