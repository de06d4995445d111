#include "storage/journal.hpp"
#include "storage/journal_statements.hpp"
#include "test/storage/queue_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <thread>

using namespace stagepost;
using namespace stagepost::storage;
using namespace std::chrono_literals;
using queue::recipient_state;

namespace {

struct fixture : test::queue_fixture {
  queue_journal journal{where, 7};
  queue_reader reader{where, 7};
  std::int64_t epoch = journal.acquire("node-1");

  // A batch with a bit of everything, on top of what `first` put there.
  queue::arrival first
    = mail({to("bob@example.net"), to("eve@example.net", 1)});
  queue::batch everything() {
    queue::batch x;
    x.arrivals = {mail({to("zoe@example.net")}), mail({to("kim@example.net")})};
    auto later = to("bob@example.net", 0, recipient_state::deferred);
    later.next_at = now + 5min;
    later.attempts = 1;
    later.last_reply = "450 later";
    x.changed = {{first.what->id, later}};
    x.finished = {{first.what->id, 1}};
    x.events = {event(first.what->id, queue::event::kind::deferred),
                event(x.arrivals[0].what->id, queue::event::kind::accepted)};
    return x;
  }
  std::string everything_there() const {
    return sql(
      "select string_agg(t, '; ') from ("
      "select 'm '||m::text t from mail.queue_message m union all "
      "select 'r '||r::text from mail.queue_recipient r union all "
      "select 'p '||p.id||p.part from mail.queue_body_part p union all "
      "select 'e '||e::text from mail.delivery_event e order by 1) x");
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(journal, fixture)

BOOST_AUTO_TEST_CASE(what_arrived_is_read_back_as_it_was) {
  const std::string octets("From: a\r\n\r\n\0\xff\x80 b\r\n", 18);
  auto x = mail({to("bob@example.net"), to("jörg@bücher.example", 1)},
                std::make_shared<memory_content>(octets));
  journal.commit({.arrivals = {x}});
  const auto found = reader.load_message(x.what->id);
  BOOST_REQUIRE(found.size() == 1);
  const auto& m = *found[0].what;
  BOOST_TEST((m.id == x.what->id));
  BOOST_TEST((m.received_at == now));
  BOOST_TEST((m.expires_at == now + 120h));
  BOOST_TEST(m.sender == "anna@example.org");
  BOOST_TEST(m.flags == queue::flag_smtputf8);
  BOOST_TEST(m.size == octets.size());
  BOOST_TEST(m.circumstances == x.what->circumstances);
  BOOST_TEST(found[0].recipients_in_all == 2U);
  BOOST_REQUIRE(found[0].recipients.size() == 2);
  BOOST_TEST(found[0].recipients[1].address == "jörg@bücher.example");
  BOOST_TEST(found[0].recipients[1].number == 1);
  BOOST_TEST((found[0].recipients[1].next_at == now));
  BOOST_TEST(m.envelope_id.empty());
  BOOST_TEST(found[0].recipients[0].notify == 0);
  BOOST_TEST(found[0].recipients[0].original_recipient.empty());
  const auto body = reader.load_content(x.what->id, "/nowhere");
  BOOST_REQUIRE(body);
  BOOST_TEST(body->in_memory() == octets);
}

BOOST_AUTO_TEST_CASE(what_the_envelope_asked_for_is_kept) {
  auto bob = to("bob@example.net");
  bob.notify = notify_success | notify_delay;
  bob.original_recipient = "rfc822;bob+a b@example.com";
  auto eve = to("eve@example.net", 1);
  eve.notify = notify_never;
  auto x = mail({bob, eve, to("zoe@example.net", 2)});
  auto m = *x.what;
  m.envelope_id = "QQ+314 159";
  m.flags
    = queue::flag_require_tls | queue::flag_return_header | queue::flag_binary;
  x.what = std::make_shared<queue::message>(m);
  journal.commit({.arrivals = {x}});
  bob.state = recipient_state::deferred;
  bob.attempts = 1;
  journal.commit({.changed = {{m.id, bob}}}); // an attempt changes none of it
  const auto found = reader.load_message(m.id);
  BOOST_REQUIRE(found.size() == 1);
  BOOST_TEST(found[0].what->envelope_id == m.envelope_id);
  BOOST_TEST(found[0].what->flags == m.flags);
  const auto& r = found[0].recipients;
  BOOST_REQUIRE(r.size() == 3);
  BOOST_TEST(r[0].notify == bob.notify);
  BOOST_TEST(r[0].original_recipient == bob.original_recipient);
  BOOST_TEST(r[1].notify == notify_never);
  BOOST_TEST(r[1].original_recipient.empty());
  BOOST_TEST(r[2].notify == 0);
}

BOOST_AUTO_TEST_CASE(a_batch_is_all_or_nothing) {
  journal.commit({.arrivals = {first}});
  const auto before = everything_there();
  // The log comes last in the transaction, and refuses.
  sql("alter table mail.delivery_event add constraint no check (kind <> 1)");
  const auto x = everything();
  BOOST_CHECK_THROW(journal.commit(x), database_error);
  BOOST_TEST(everything_there() == before);
  // The failed journal takes no more; a new one does the same batch.
  BOOST_CHECK_THROW(journal.commit(x), database_error);
  sql("alter table mail.delivery_event drop constraint no");
  queue_journal next(where, 7);
  next.acquire("node-1");
  next.commit(x);
  BOOST_TEST(count("queue_message") == 3);
  BOOST_TEST(count("queue_recipient") == 3);
  BOOST_TEST(count("delivery_event") == 2);
}

BOOST_AUTO_TEST_CASE(a_batch_repeated_changes_nothing) {
  journal.commit({.arrivals = {first}});
  const auto x = everything();
  journal.commit(x);
  const auto once = everything_there();
  journal.commit(x);
  queue_journal next(where, 7);
  next.resume(epoch);
  next.commit(x);
  BOOST_TEST(everything_there() == once);
}

BOOST_AUTO_TEST_CASE(a_late_owner_is_fenced_off) {
  queue_journal next(where, 7);
  BOOST_TEST(next.acquire("node-2") == epoch + 1);
  BOOST_CHECK_THROW(journal.commit({.arrivals = {first}}), fenced_off);
  BOOST_TEST(count("queue_message") == 0);
  next.commit({.arrivals = {first}});
  BOOST_TEST(count("queue_message") == 1);
  BOOST_TEST(sql("select owner from mail.shard where shard = 7") == "node-2");
}

BOOST_AUTO_TEST_CASE(who_never_acquired_writes_nothing) {
  queue_journal stranger(where, 8);
  BOOST_CHECK_THROW(stranger.commit({.arrivals = {first}}), fenced_off);
}

BOOST_AUTO_TEST_CASE(shards_do_not_fence_each_other) {
  queue_journal other(where, 8);
  BOOST_TEST(other.acquire("node-2") == 1);
  journal.commit({.arrivals = {first}});
  BOOST_TEST(reader.count().messages == 1U);
  BOOST_TEST(queue_reader(where, 8).count().messages == 0U);
}

BOOST_AUTO_TEST_CASE(an_owner_may_acquire_again) {
  BOOST_TEST(journal.acquire("node-1") == epoch + 1);
  journal.commit({.arrivals = {first}});
  BOOST_TEST(journal.acquire("node-1") == epoch + 2);
  journal.commit(everything());
  BOOST_TEST(count("queue_message") == 3);
}

BOOST_AUTO_TEST_CASE(an_acquisition_waits_for_the_commit_under_way) {
  pqxx::connection link(where);
  pqxx::work work(link);
  work.exec("select mail.check_epoch(7::smallint, " + std::to_string(epoch)
            + "::bigint)");
  std::int64_t got = 0;
  std::thread successor([&] {
    queue_journal next(where, 7);
    got = next.acquire("node-2");
  });
  BOOST_TEST(test::eventually([&] {
    return sql("select count(*) from pg_stat_activity "
               "where wait_event_type = 'Lock'")
           == "1";
  }));
  work.commit();
  successor.join();
  BOOST_TEST(got == epoch + 1);
}

BOOST_AUTO_TEST_CASE(what_is_finished_leaves_nothing_but_its_log) {
  const auto large = std::make_shared<test::endless_content>(3'000'000);
  auto x = mail({to("bob@example.net")}, large);
  journal.commit({.arrivals = {x}});
  BOOST_TEST(count("queue_body_part") == 12);
  queue::batch end;
  end.finished = {{x.what->id, 0}};
  end.finished_messages = {x.what->id};
  end.events = {event(x.what->id, queue::event::kind::delivered)};
  journal.commit(end);
  for (const auto* table :
       {"queue_message", "queue_recipient", "queue_body_part"})
    BOOST_TEST(count(table) == 0);
  const auto story = reader.history(x.what->id);
  BOOST_REQUIRE(story.size() == 1);
  BOOST_TEST((story[0].what == queue::event::kind::delivered));
  BOOST_TEST(story[0].reply == "250 fine");
  BOOST_TEST(story[0].relay == "mx [192.0.2.2]");
  BOOST_TEST((story[0].at == now));
}

BOOST_AUTO_TEST_CASE(large_content_comes_back_in_parts) {
  const test::scratch_folder folder;
  for (const std::uint64_t size :
       {1'048'576ULL, 1'048'577ULL, 1'310'720ULL, 5'000'000ULL}) {
    const auto large = std::make_shared<test::endless_content>(size);
    auto x = mail({to("bob@example.net")}, large);
    journal.commit({.arrivals = {x}});
    BOOST_TEST(large->largest() <= 1U << 20U);
    const auto body = reader.load_content(x.what->id, folder.path());
    BOOST_REQUIRE(body);
    BOOST_TEST(body->size() == size);
    BOOST_TEST(body->in_memory().empty() == (size > 1'048'576));
    std::string octets(size, '\0');
    BOOST_TEST(body->read(0, octets) == size);
    std::uint64_t wrong = 0;
    for (std::uint64_t i = 0; i < size; ++i)
      wrong += octets[i] != test::endless_content::octet(i) ? 1U : 0U;
    BOOST_TEST(wrong == 0U);
  }
  BOOST_TEST(std::filesystem::is_empty(folder.path()));
}

BOOST_AUTO_TEST_CASE(a_lost_part_is_told_apart_from_a_message_that_is_gone) {
  const test::scratch_folder folder;
  auto x = mail({to("bob@example.net")},
                std::make_shared<test::endless_content>(2'000'000));
  journal.commit({.arrivals = {x}});
  sql("delete from mail.queue_body_part where part = 3");
  BOOST_CHECK_THROW(reader.load_content(x.what->id, folder.path()),
                    database_error);
  BOOST_TEST(!reader.load_content(queue::id{1}, folder.path()));
}

BOOST_AUTO_TEST_CASE(a_batch_of_many_large_rows_goes_through) {
  queue::batch x;
  for (int i = 0; i < 20; ++i)
    x.arrivals.push_back(
      mail({to("bob@example.net")},
           std::make_shared<test::endless_content>(1'000'000)));
  journal.commit(x);
  BOOST_TEST(sql("select sum(length(body)) from mail.queue_message")
             == "20000000");
}

BOOST_AUTO_TEST_CASE(content_that_cannot_be_read_commits_nothing) {
  struct torn final : content {
    [[nodiscard]] std::uint64_t size() const noexcept override {
      return size_;
    }
    std::size_t read(std::uint64_t, std::span<char>) const override {
      return 0;
    }
    [[nodiscard]] std::string_view in_memory() const noexcept override {
      return {};
    }
    std::uint64_t size_ = 100;
  };
  for (const std::uint64_t size : {100ULL, 2'000'000ULL}) {
    auto body = std::make_shared<torn>();
    body->size_ = size;
    queue_journal one(where, 7);
    one.acquire("node-1");
    BOOST_CHECK_THROW(
      one.commit({.arrivals = {first, mail({to("b@example.net")}, body)}}),
      std::system_error);
    BOOST_TEST(count("queue_message") == 0);
  }
}

BOOST_AUTO_TEST_CASE(odd_octets_survive_or_are_replaced) {
  auto bob = to(std::string("b\0b\xc3@example.net", 16));
  bob.last_reply = "450 \xfe no '); drop schema mail; --\r\n";
  auto x = mail({bob});
  auto odd = *x.what;
  odd.sender = "\"a\\\"'\"@example.org";
  odd.circumstances = "{\"helo\":\"\xed\xa0\x80 {}\\,NULL\"}";
  x.what = std::make_shared<queue::message>(odd);
  journal.commit({.arrivals = {x}});
  const auto found = reader.load_message(x.what->id);
  BOOST_REQUIRE(found.size() == 1);
  const auto& r = found[0].recipients[0];
  BOOST_TEST(r.address == "b\uFFFDb\uFFFD@example.net");
  BOOST_TEST(r.last_reply == "450 \uFFFD no '); drop schema mail; --\r\n");
  BOOST_TEST(found[0].what->sender == odd.sender);
  BOOST_TEST(found[0].what->circumstances
             == "{\"helo\":\"\uFFFD\uFFFD\uFFFD {}\\,NULL\"}");
}

BOOST_AUTO_TEST_CASE(a_lost_connection_is_an_error_and_no_more) {
  sql("select pg_terminate_backend(pid, 30000) from pg_stat_activity "
      "where pid <> pg_backend_pid() and application_name like 'stagepost%'");
  BOOST_CHECK_THROW(journal.commit({.arrivals = {first}}), database_error);
  BOOST_CHECK_THROW(reader.count(), database_error);
  BOOST_CHECK_THROW(queue_journal("host=/nowhere", 7), database_error);
}

BOOST_AUTO_TEST_CASE(the_largest_id_and_the_last_shard_fit) {
  queue::id_source last(1023);
  auto x = mail({to("bob@example.net", 999)});
  auto m = *x.what;
  m.id = queue::id{0x7FFF'FFFF'FFFF'FFFFU};
  x.what = std::make_shared<queue::message>(m);
  queue_journal other(where, 1023);
  other.acquire("node-1");
  other.commit({.arrivals = {x}});
  const auto found = queue_reader(where, 1023).load_message(m.id);
  BOOST_REQUIRE(found.size() == 1);
  BOOST_TEST((found[0].what->id == m.id));
  BOOST_TEST(found[0].recipients[0].number == 999);
}

BOOST_AUTO_TEST_CASE(rows_are_found_along_the_index) {
  const std::map<std::string, std::string> values{
    {"change", "'{1}', '{2026-01-01}', '{0}', '{0}', '{0}', '{0}', '{x}'"},
    {"redirect", "'{1}', '{0}', '{x}', '{y}'"},
    {"finish", "'{1}', '{0}'"},
    {"forget", "'{1}'"},
    {"forget_parts", "'{1}'"}};
  for (const bool full : {false, true}) {
    if (full)
      fill();
    for (const auto& x : journal_statements) {
      if (!values.contains(x.name))
        continue;
      const auto found = plan(journal_session, x.sql, values.at(x.name));
      BOOST_TEST_INFO(found);
      BOOST_TEST(found.find("_pkey") != std::string::npos);
      BOOST_TEST(found.find("Seq Scan") == std::string::npos);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
