#include "test/storage/queue_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <future>

using namespace stagepost;
using namespace std::chrono_literals;

namespace {

/// Two daemons that want the same shard.
struct with_two_owners : test::queue_fixture {
  storage::queue_journal one{where, 7};
  storage::queue_journal other{where, 7};

  /// As if so much time had gone by.
  void let_pass(int seconds) const {
    sql("update mail.shard set lease_until = lease_until - interval '"
        + std::to_string(seconds) + " seconds'");
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(lease, with_two_owners)

BOOST_AUTO_TEST_CASE(a_shard_that_nobody_has_can_be_claimed) {
  BOOST_TEST(one.holder().owner.empty());
  BOOST_TEST(one.claim("one", 10s) == 1);
  const auto found = other.holder();
  BOOST_TEST(found.owner == "one");
  BOOST_TEST((found.left > 5s && found.left <= 10s));
}

BOOST_AUTO_TEST_CASE(a_lease_that_runs_keeps_others_out) {
  one.claim("one", 10s);
  BOOST_TEST(other.claim("other", 10s) == 0);
  BOOST_TEST(one.claim("one", 10s) == 2); // but not oneself
  let_pass(9);
  BOOST_TEST(other.claim("other", 10s) == 0);
  one.prolong("one", 10s);
  let_pass(9);
  BOOST_TEST(other.claim("other", 10s) == 0);
}

BOOST_AUTO_TEST_CASE(an_abandoned_shard_is_taken_over_and_its_owner_fenced) {
  one.claim("one", 10s);
  let_pass(10);
  BOOST_TEST((other.holder().left == 0ms));
  BOOST_TEST(other.claim("other", 10s) == 2);
}

BOOST_AUTO_TEST_CASE(a_late_owner_can_not_prolong) {
  one.claim("one", 10s);
  let_pass(11);
  one.prolong("one", 10s); // nobody wanted it meanwhile
  let_pass(11);
  // Its connection is ended, which is another way of being told.
  BOOST_TEST(other.claim("other", 10s) == 2);
  BOOST_CHECK_THROW(one.prolong("one", 10s), std::runtime_error);
  storage::queue_journal again{where, 7};
  BOOST_CHECK_THROW(again.renew("one"), storage::fenced_off);
  BOOST_CHECK_THROW(again.prolong("one", 10s), storage::fenced_off);
  BOOST_CHECK_THROW(again.commit({.arrivals = {mail({to("a@example.net")})}}),
                    storage::fenced_off);
}

BOOST_AUTO_TEST_CASE(a_lease_that_is_given_up_is_free_at_once) {
  one.claim("one", 10s);
  one.give_up("other"); // not his to give
  BOOST_TEST(other.claim("other", 10s) == 0);
  one.give_up("one");
  BOOST_TEST(other.holder().owner.empty());
  BOOST_TEST(other.claim("other", 10s) == 2);
}

BOOST_AUTO_TEST_CASE(a_writer_that_stands_still_keeps_nobody_waiting) {
  one.claim("one", 10s);
  pqxx::connection link(where + " application_name='stagepost journal'");
  // No pqxx::work: it would roll back over a connection that is ended by then.
  pqxx::nontransaction work(link);
  sql("update mail.shard set backend = " + std::to_string(link.backendpid()));
  let_pass(11); // before the row is locked
  work.exec("begin");
  work.exec("select mail.check_epoch(7::smallint, 1)"); // and no commit
  auto taken
    = std::async(std::launch::async, [&] { return other.claim("other", 10s); });
  BOOST_REQUIRE((taken.wait_for(20s) == std::future_status::ready));
  BOOST_TEST(taken.get() == 2);
}

BOOST_AUTO_TEST_SUITE_END()
