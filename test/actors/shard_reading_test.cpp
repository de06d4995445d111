#include "server_script.hpp"

#include <map>

using namespace stagepost;
using namespace std::chrono_literals;

namespace {

/// A shard that began with mail in its database, whose content comes late.
struct with_late_content : test::server_fixture {
  test::server_script& peer = servers["mx.example"];

  with_late_content() {
    rows.body = std::make_shared<memory_content>("Subject: x\r\n\r\nHi\r\n");
    rows.holds_bodies = true;
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(shard_reading, with_late_content)

BOOST_AUTO_TEST_CASE(content_that_memory_has_not_is_read) {
  rows.at_start = {stored(message())};
  start_shard();
  BOOST_TEST(peer.taken.empty());
  read_bodies();
  BOOST_TEST(peer.taken.size() == 1U);
}

BOOST_AUTO_TEST_CASE(content_that_comes_after_the_stop_goes_nowhere) {
  rows.at_start = {stored(message())};
  start_shard();
  database.how = mood::holds;
  submit(message("b@one.example")); // the shard waits for its commit
  stop(shard);
  read_bodies();
  BOOST_TEST(peer.taken.empty());
  BOOST_TEST(peer.workers == 0U);
  commit_held();
  BOOST_TEST(database.yields == 1U); // nothing keeps it any longer
  shard = nullptr;
}

BOOST_AUTO_TEST_CASE(content_read_for_a_lost_lease_is_not_sent_twice) {
  rows.at_start = {stored(message("r@one.example", "late@example.org"))};
  peer.how = server::hangs;
  start_shard();
  submit(message("r@one.example"));
  BOOST_REQUIRE(peer.hanging.size() == 1U);
  stop(peer.hanging[0].to, caf::exit_reason::kill);
  read_bodies(); // what was asked for before and since
  std::map<std::string, int> last;
  for (const auto& x : peer.hanging)
    ++last[x.job->what->sender];
  BOOST_TEST(last["late@example.org"] == 1);
}

BOOST_AUTO_TEST_CASE(only_so_much_is_read_at_a_time) {
  for (int n = 0; n < 20; ++n) {
    const auto domain = "d" + std::to_string(n) + ".example";
    settings.delivery.domains[domain] = settings.delivery.defaults;
    for (int i = 0; i < 10; ++i)
      rows.at_start.push_back(stored(message("r@" + domain)));
  }
  here.in_force.replace(settings);
  start_shard();
  BOOST_TEST(rows.bodies.size() == 64U);
  for (int i = 0; i < 4; ++i)
    read_bodies();
  BOOST_TEST(peer.taken.size() == 200U);
}

BOOST_AUTO_TEST_CASE(deliveries_end_with_the_shard_that_crashed) {
  peer.how = server::hangs;
  start_shard();
  submit(message("r@one.example"));
  BOOST_TEST(peer.workers == 1U);
  stop(std::exchange(shard, nullptr), caf::exit_reason::kill);
  BOOST_TEST(peer.workers == 0U); // its successor delivers that
}

BOOST_AUTO_TEST_SUITE_END()
