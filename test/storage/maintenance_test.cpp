#include "storage/body_parts.hpp"
#include "storage/maintenance.hpp"
#include "test/storage/queue_fixture.hpp"

#include <boost/test/unit_test.hpp>

using namespace stagepost;
using namespace stagepost::storage;
using namespace std::chrono_literals;

namespace {

struct fixture : test::queue_fixture {
  queue_journal journal{where, 7};
  fixture() {
    journal.acquire("node-1");
  }

  void log_at(queue::time_point at) {
    auto e = event(ids.next(now), queue::event::kind::delivered);
    e.at = at;
    journal.commit({.events = {e}});
  }
  std::string partitions() const {
    return sql("select string_agg(relname, ' ' order by relname) from "
               "pg_inherits i join pg_class c on c.oid = i.inhrelid "
               "where inhparent = 'mail.delivery_event'::regclass");
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(maintenance, fixture)

BOOST_AUTO_TEST_CASE(there_is_a_partition_for_today_and_tomorrow) {
  maintain_partitions(where, 30, now); // 2026-09-21
  BOOST_TEST(partitions()
             == "delivery_event_20260921 delivery_event_20260922 "
                "delivery_event_other");
  log_at(now);
  BOOST_TEST(count("delivery_event_20260921") == 1);
  maintain_partitions(where, 30, now);
  BOOST_TEST(count("delivery_event_20260921") == 1);
}

BOOST_AUTO_TEST_CASE(a_day_that_nobody_prepared_loses_nothing) {
  log_at(now);
  log_at(now + 24h);
  log_at(now + 72h);
  BOOST_TEST(count("delivery_event_other") == 3);
  maintain_partitions(where, 30, now);
  BOOST_TEST(count("delivery_event_20260921") == 1);
  BOOST_TEST(count("delivery_event_20260922") == 1);
  BOOST_TEST(count("delivery_event_other") == 1);
}

BOOST_AUTO_TEST_CASE(old_days_are_dropped_whole) {
  maintain_partitions(where, 30, now);
  log_at(now);
  log_at(now - 24h * 40);
  maintain_partitions(where, 3, now + 24h * 3);
  BOOST_TEST(count("delivery_event_20260921") == 1);
  BOOST_TEST(count("delivery_event_other") == 0);
  maintain_partitions(where, 3, now + 24h * 4);
  BOOST_TEST(partitions()
             == "delivery_event_20260922 delivery_event_20260924 "
                "delivery_event_20260925 delivery_event_20260926 "
                "delivery_event_other");
}

BOOST_AUTO_TEST_CASE(a_long_reader_delays_only_the_drop) {
  maintain_partitions(where, 30, now);
  pqxx::connection link(where);
  pqxx::work reader(link);
  reader.exec("select count(*) from mail.delivery_event_20260921");
  maintain_partitions(where, 3, now + 24h * 9);
  BOOST_TEST(count("delivery_event_20260921") == 0);
  reader.commit();
  maintain_partitions(where, 3, now + 24h * 9);
  BOOST_TEST(partitions().find("20260921") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(orphans_are_cleared) {
  const auto large = std::make_shared<test::endless_content>(1'500'000);
  auto whole = mail({to("bob@example.net")}, large);
  journal.commit({.arrivals = {whole}});
  body_part_writer writer(where);
  writer.write(ids.next(now), *large);
  queue::id_source other(8);
  writer.write(other.next(now), *large);
  BOOST_TEST(count("queue_body_part") == 18);
  BOOST_TEST(sweep_orphaned_parts(where, 7) == 1U);
  BOOST_TEST(count("queue_body_part") == 12);
  BOOST_TEST(sweep_orphaned_parts(where, 7) == 0U);
  const auto body = queue_reader(where, 7).load_content(whole.what->id, "/tmp");
  BOOST_REQUIRE(body);
  BOOST_TEST(body->size() == 1'500'000U);
}

BOOST_AUTO_TEST_SUITE_END()
