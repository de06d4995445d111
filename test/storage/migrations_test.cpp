#include "storage/migrations.hpp"
#include "test/storage/queue_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <thread>

using namespace stagepost;

BOOST_FIXTURE_TEST_SUITE(migrations, test::queue_fixture)

BOOST_AUTO_TEST_CASE(migrations_run_twice_change_nothing) {
  const auto all = "select string_agg(table_name || column_name || data_type, "
                   "' ' order by table_name, column_name) from (select "
                   "table_name, column_name, "
                   "data_type from information_schema.columns "
                   "where table_schema = 'mail') x";
  const auto once = sql(all);
  BOOST_TEST(storage::migrate(where) >= 1);
  BOOST_TEST(sql(all) == once);
  BOOST_TEST(sql("select value from mail.meta where key = 'schema_version'")
             == std::to_string(storage::migrate(where)));
}

BOOST_AUTO_TEST_CASE(two_nodes_may_start_at_once) {
  sql("drop schema mail cascade");
  int versions[2] = {0, 0};
  std::thread other([&] { versions[0] = storage::migrate(where); });
  versions[1] = storage::migrate(where);
  other.join();
  BOOST_TEST(versions[0] == versions[1]);
  BOOST_TEST(count("queue_message") == 0);
}

BOOST_AUTO_TEST_CASE(a_newer_schema_is_refused) {
  sql("update mail.meta set value = '4711' where key = 'schema_version'");
  try {
    storage::migrate(where);
    BOOST_ERROR("it was taken");
  } catch (const std::runtime_error& e) {
    const std::string said = e.what();
    BOOST_TEST(said.find("4711") != std::string::npos);
    BOOST_TEST(said.find("a newer one") != std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(a_database_of_another_encoding_is_refused) {
  const auto& folder = test::shared_server::get().folder();
  const auto super = "host='" + folder + "/postgres/socket' user=postgres ";
  {
    pqxx::connection link(super + "dbname=postgres");
    pqxx::nontransaction work(link);
    work.exec("drop database if exists latin");
    work.exec("create database latin encoding 'LATIN1' locale 'C' template "
              "template0");
  }
  BOOST_CHECK_THROW(storage::migrate(super + "dbname=latin"),
                    std::runtime_error);
}

BOOST_AUTO_TEST_CASE(a_database_that_does_not_answer_is_a_sentence) {
  BOOST_CHECK_THROW(storage::migrate("host=/nowhere"), std::runtime_error);
}

BOOST_AUTO_TEST_SUITE_END()
