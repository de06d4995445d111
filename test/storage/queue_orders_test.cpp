#include "storage/queue_reader.hpp"
#include "test/storage/queue_fixture.hpp"

#include <boost/test/unit_test.hpp>

using namespace stagepost;
using namespace stagepost::storage;
using namespace std::chrono_literals;
using pausing = queue::suspension::kind;
using queue::recipient_state;

namespace {

struct fixture : test::queue_fixture {
  queue_journal journal{where, 7};
  queue_reader reader{where, 7};

  fixture() {
    journal.acquire("node-1");
  }
};

} // namespace

// What administrators' orders leave in the database.
BOOST_FIXTURE_TEST_SUITE(queue_orders, fixture)

BOOST_AUTO_TEST_CASE(a_redirected_recipient_has_another_address) {
  const auto x = mail({to("a@example.net"), to("b@example.net", 1)});
  journal.commit({.arrivals = {x}});
  auto now_row = x.recipients[1];
  now_row.last_reply = "450 said by the old one";
  journal.commit({.changed = {{x.what->id, now_row}}});
  now_row.last_reply.clear();
  now_row.address = "eva@example.org";
  now_row.original_recipient = "rfc822;b@example.net";
  now_row.next_at = now + 1min;
  const queue::batch change{.changed = {{x.what->id, now_row}},
                            .redirected = {{x.what->id, now_row}}};
  journal.commit(change);
  journal.commit(change); // twice is once
  const auto found = reader.load_message(x.what->id).at(0).recipients;
  BOOST_TEST(found[0].address == "a@example.net");
  BOOST_TEST(found[1].address == "eva@example.org");
  BOOST_TEST(found[1].original_recipient == "rfc822;b@example.net");
  BOOST_TEST((found[1].next_at == now + 1min));
  BOOST_TEST(found[1].last_reply == "");
}

BOOST_AUTO_TEST_CASE(what_is_held_keeps_its_last_reply) {
  const auto x = mail({to("a@example.net")});
  journal.commit({.arrivals = {x}});
  auto row = x.recipients[0];
  row.state = recipient_state::deferred;
  row.last_reply = "450 later";
  journal.commit({.changed = {{x.what->id, row}}});
  row.state = recipient_state::held;
  row.last_reply.clear(); // memory does not have what it read
  journal.commit({.changed = {{x.what->id, row}}});
  const auto found = reader.load_message(x.what->id).at(0).recipients;
  BOOST_TEST((found[0].state == recipient_state::held));
  BOOST_TEST(found[0].last_reply == "450 later");
}

BOOST_AUTO_TEST_CASE(a_reply_of_the_new_address_is_kept) {
  const auto x = mail({to("a@example.net")});
  journal.commit({.arrivals = {x}});
  auto row = x.recipients[0];
  row.address = "eva@example.org";
  row.last_reply = "450 later";
  journal.commit(
    {.changed = {{x.what->id, row}}, .redirected = {{x.what->id, row}}});
  BOOST_TEST(reader.load_message(x.what->id).at(0).recipients[0].last_reply
             == "450 later");
}

BOOST_AUTO_TEST_CASE(held_recipients_are_neither_loaded_nor_due) {
  const auto x = mail({to("a@example.net")});
  journal.commit({.arrivals = {x}});
  auto row = x.recipients[0];
  row.state = recipient_state::held;
  journal.commit({.changed = {{x.what->id, row}}});
  BOOST_TEST(reader.load(now + 1h, {}, 10).empty());
  BOOST_TEST(reader.load_due(now - 1h, now + 1h).empty());
  BOOST_TEST(reader.count().held == 1U);
}

BOOST_AUTO_TEST_CASE(what_is_suspended_is_read_back) {
  journal.commit(
    {.pauses = {{{pausing::domain, "one.example", "why; '--", now, {}}, false},
                {{pausing::sender, "@two.example", "", now, now + 2h}, false},
                {{pausing::site, "mx:25/none", "", now, {}}, false},
                {{pausing::site, "mx:25/none", "", now, {}}, true}}});
  auto found = reader.suspended();
  BOOST_REQUIRE(found.size() == 2U);
  if (found[0].what != pausing::domain)
    std::swap(found[0], found[1]);
  BOOST_TEST(found[0].subject == "one.example");
  BOOST_TEST(found[0].reason == "why; '--");
  BOOST_TEST((found[0].since == now));
  BOOST_TEST(!found[0].until);
  BOOST_TEST((found[1].what == pausing::sender));
  BOOST_TEST((found[1].until == now + 2h));
  BOOST_TEST(queue_reader(where, 8).suspended().empty());
}

BOOST_AUTO_TEST_CASE(a_suspension_that_is_said_again_is_changed) {
  for (const auto* reason : {"one", "two"})
    journal.commit(
      {.pauses = {{{pausing::domain, "one.example", reason, now, {}}, false}}});
  const auto found = reader.suspended();
  BOOST_REQUIRE(found.size() == 1U);
  BOOST_TEST(found[0].reason == "two");
}

BOOST_AUTO_TEST_CASE(an_event_keeps_what_is_known_of_the_attempt) {
  const auto x = mail({to("a@example.net")});
  auto done = event(x.what->id, queue::event::kind::delivered);
  done.tls = "TLSv1.3 TLS_AES_256_GCM_SHA384 mx.example.net verified";
  done.began = now - 1500ms;
  auto bare = event(x.what->id, queue::event::kind::held);
  auto odd = event(x.what->id, queue::event::kind::deferred);
  odd.began = now + 1h; // the clock was set back
  journal.commit({.arrivals = {x}, .events = {done, bare, odd}});
  const auto story = reader.history(x.what->id);
  BOOST_REQUIRE(story.size() == 3U);
  BOOST_TEST(story[0].tls == done.tls);
  BOOST_TEST((story[0].began == done.began));
  for (std::size_t i = 1; i < 3; ++i)
    BOOST_TEST((story[i].began == queue::time_point{}));
}

BOOST_AUTO_TEST_CASE(a_list_comes_in_pieces_of_whole_messages) {
  queue::batch x;
  for (int i = 0; i < 5; ++i)
    x.arrivals.push_back(mail({to("a@example.net"), to("B@example.net", 1)}));
  journal.commit(x);
  std::size_t messages = 0;
  queue_reader::filter of{.limit = 2, .recipient = "b@EXAMPLE.net"};
  for (int pieces = 0; pieces < 4; ++pieces) {
    const auto piece = reader.list(of, now);
    for (const auto& y : piece) {
      BOOST_TEST(y.recipients.size() == 1U);
      BOOST_TEST(y.recipients_in_all == 2U);
      of.after = y.what->id;
      ++messages;
    }
  }
  BOOST_TEST(messages == 5U);
}

BOOST_AUTO_TEST_SUITE_END()
