#include "storage/queue_reader.hpp"
#include "storage/reader_statements.hpp"
#include "test/storage/queue_fixture.hpp"

#include <boost/test/unit_test.hpp>

using namespace stagepost;
using namespace stagepost::storage;
using namespace std::chrono_literals;
using queue::recipient_state;

namespace {

struct fixture : test::queue_fixture {
  queue_journal journal{where, 7};
  queue_reader reader{where, 7};

  fixture() {
    journal.acquire("node-1");
  }

  queue::recipient due(const std::string& address, std::chrono::seconds in,
                       std::uint16_t number = 0) const {
    auto r = to(address, number, recipient_state::deferred);
    r.next_at = now + in;
    return r;
  }
};

std::size_t recipients(const std::vector<queue::stored>& x) {
  std::size_t n = 0;
  for (const auto& message : x)
    n += message.recipients.size();
  return n;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(queue_reader, fixture)

BOOST_AUTO_TEST_CASE(load_takes_the_queued_and_the_soon_due) {
  const auto held = to("d@example.net", 3, recipient_state::held);
  journal.commit(
    {.arrivals = {mail({to("a@example.net"), due("b@example.net", 1min, 1),
                        due("c@example.net", 1h, 2), held}),
                  mail({due("e@example.net", 2h)})}});
  const auto found = reader.load(now + 5min, {}, 100);
  BOOST_REQUIRE(found.size() == 1);
  BOOST_TEST(found[0].recipients_in_all == 4U);
  BOOST_REQUIRE(found[0].recipients.size() == 2);
  BOOST_TEST(found[0].recipients[0].address == "a@example.net");
  BOOST_TEST(found[0].recipients[1].address == "b@example.net");
}

BOOST_AUTO_TEST_CASE(load_takes_those_whose_sender_is_to_be_told) {
  auto ended = due("b@example.net", 3h, 1);
  ended.state = recipient_state::ended;
  ended.last_reply = "550 5.1.1 Who?";
  journal.commit({.arrivals = {mail({due("a@example.net", 3h), ended})}});
  const auto found = reader.load(now + 5min, {}, 100);
  BOOST_REQUIRE(found.size() == 1);
  BOOST_TEST(found[0].recipients_in_all == 2U);
  BOOST_REQUIRE(found[0].recipients.size() == 1);
  BOOST_TEST((found[0].recipients[0].state == recipient_state::ended));
  BOOST_TEST(found[0].recipients[0].last_reply == "550 5.1.1 Who?");
}

BOOST_AUTO_TEST_CASE(load_comes_in_whole_messages_until_it_is_empty) {
  queue::batch x;
  for (int i = 0; i < 25; ++i)
    x.arrivals.push_back(mail({to("a@example.net"), to("b@example.net", 1)}));
  journal.commit(x);
  queue::id after;
  std::size_t pieces = 0;
  std::size_t messages = 0;
  for (;;) {
    const auto piece = reader.load(now, after, 10);
    if (piece.empty())
      break;
    ++pieces;
    for (const auto& m : piece) {
      BOOST_TEST((m.what->id > after));
      BOOST_TEST(m.recipients.size() == 2U);
      after = m.what->id;
      ++messages;
    }
  }
  BOOST_TEST(pieces == 5U); // of ten recipients
  BOOST_TEST(messages == 25U);
}

BOOST_AUTO_TEST_CASE(load_due_takes_its_span_once) {
  journal.commit(
    {.arrivals = {mail({due("a@example.net", 0s), due("b@example.net", 59s, 1),
                        due("c@example.net", 60s, 2)}),
                  mail({to("d@example.net")})}});
  BOOST_TEST(recipients(reader.load_due(now, now + 60s)) == 2U);
  BOOST_TEST(recipients(reader.load_due(now + 60s, now + 120s)) == 1U);
  BOOST_TEST(recipients(reader.load_due(now + 61s, now + 120s)) == 0U);
}

BOOST_AUTO_TEST_CASE(the_queue_is_counted_by_state) {
  journal.commit(
    {.arrivals = {mail({to("a@example.net"), due("b@example.net", 1h, 1),
                        to("c@example.net", 2, recipient_state::held)}),
                  mail({to("d@example.net")})}});
  const auto n = reader.count();
  BOOST_TEST(n.messages == 2U);
  BOOST_TEST(n.queued == 2U);
  BOOST_TEST(n.deferred == 1U);
  BOOST_TEST(n.held == 1U);
}

BOOST_AUTO_TEST_CASE(a_list_is_filtered) {
  auto report = mail({to("anna@Example.ORG")});
  auto m = *report.what;
  m.sender.clear();
  m.received_at = now - 2h;
  report.what = std::make_shared<queue::message>(m);
  journal.commit(
    {.arrivals = {mail({to("a@example.net"), due("b@sub.example.net", 1h, 1)}),
                  report, mail({to("c@example.net")})}});
  using filter = storage::queue_reader::filter;
  const auto listed
    = [&](const filter& f) { return recipients(reader.list(f, now)); };
  BOOST_TEST(listed({}) == 4U);
  BOOST_TEST(listed({.domain = "example.net"}) == 2U);
  BOOST_TEST(listed({.domain = "EXAMPLE.org"}) == 1U);
  BOOST_TEST(listed({.domain = "ample.net"}) == 0U);
  BOOST_TEST(listed({.domain = "%"}) == 0U);
  BOOST_TEST(listed({.sender = "Anna@example.org"}) == 3U);
  BOOST_TEST(listed({.sender = "@EXAMPLE.org"}) == 3U);
  BOOST_TEST(listed({.sender = "@ample.org"}) == 0U);
  BOOST_TEST(listed({.state = "deferred"}) == 1U);
  BOOST_TEST(listed({.domain = "example.net", .state = "deferred"}) == 0U);
  BOOST_TEST(listed({.state = "lost"}) == 0U);
  BOOST_TEST(listed({.older = 1h}) == 1U);
  // The clock was set back by a day.
  BOOST_TEST(recipients(reader.list({}, now - 24h)) == 4U);
  const auto oldest = reader.list({.limit = 1}, now);
  BOOST_REQUIRE(oldest.size() == 1);
  BOOST_TEST((oldest[0].what->id == report.what->id));
}

BOOST_AUTO_TEST_CASE(a_story_is_told_in_order) {
  auto x = mail({to("a@example.net")});
  const auto id = x.what->id;
  auto later = event(id, queue::event::kind::delivered);
  later.at = now + 25h;
  journal.commit(
    {.arrivals = {x},
     .events = {later, event(id, queue::event::kind::accepted),
                event(queue::id{5}, queue::event::kind::bounced)}});
  const auto story = reader.history(id);
  BOOST_REQUIRE(story.size() == 2);
  BOOST_TEST((story[0].what == queue::event::kind::accepted));
  BOOST_TEST((story[1].what == queue::event::kind::delivered));
  BOOST_TEST(reader.history(queue::id{6}).empty());
}

BOOST_AUTO_TEST_CASE(pieces_are_read_along_the_index) {
  fill();
  const struct {
    std::string statement;
    std::string values;
    std::string index;
  } table[] = {
    {load_statement, "7, 0, now(), 100", "queue_recipient_pkey"},
    {load_due_statement, "7, now(), now()", "queue_recipient_deferred"},
    {load_message_statement, "7, 77", "queue_recipient_pkey"},
  };
  for (const auto& x : table) {
    const auto found = plan(reader_session, x.statement, x.values);
    BOOST_TEST_INFO(found);
    BOOST_TEST(found.find("using " + x.index) != std::string::npos);
    BOOST_TEST(found.find("Seq Scan") == std::string::npos);
    BOOST_TEST(found.find("Bitmap") == std::string::npos);
  }
}

BOOST_AUTO_TEST_SUITE_END()
