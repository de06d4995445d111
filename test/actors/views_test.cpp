#include "actors/http/views.hpp"
#include "small_node.hpp"

#include <boost/test/unit_test.hpp>

#include <set>
#include <sstream>

using namespace stagepost;

BOOST_FIXTURE_TEST_SUITE(views, test::with_a_node)

BOOST_AUTO_TEST_CASE(a_node_is_well_while_a_shard_stores_mail) {
  BOOST_TEST(trouble_of(here).empty());
  here.shards[0]->healthy = false;
  BOOST_TEST(trouble_of(here).empty());
  here.shards[1]->healthy = false;
  BOOST_TEST(trouble_of(here) == "no queue shard can store mail");
  const auto now = lease_clock::now();
  here.shards[0]->healthy = true;
  BOOST_TEST(trouble_of(here, now).empty());
  here.shards[0]->lease_ends = now;
  BOOST_TEST(trouble_of(here, now).starts_with("no queue shard's lease"));
  here.draining = true;
  BOOST_TEST(trouble_of(here) == "draining");
}

BOOST_AUTO_TEST_CASE(the_status_says_why_no_mail_is_taken) {
  auto x = status_view(here);
  BOOST_TEST(x.at("status") == "ok");
  BOOST_TEST(x.at("node") == "node-1");
  BOOST_TEST(!x.contains("reason"));
  here.draining = true;
  x = status_view(here);
  BOOST_TEST(x.at("status") == "unhealthy");
  BOOST_TEST(x.at("reason") == "draining");
}

BOOST_AUTO_TEST_CASE(the_status_counts_clients) {
  here.clients.enter("192.0.2.1", 9, 9);
  BOOST_TEST(status_view(here).at("clients").to_number<int>() == 1);
}

BOOST_AUTO_TEST_CASE(the_detail_names_listeners_and_shards) {
  here.shards[1]->healthy = false;
  const auto x = detail_view(here);
  const auto& mx = x.at("listeners").at(0);
  BOOST_TEST(mx.at("name") == "mx");
  BOOST_TEST(mx.at("protocol") == "smtp");
  BOOST_TEST(mx.at("tls") == "starttls");
  BOOST_TEST(mx.at("port").to_number<int>() == 2525); // not bound yet
  BOOST_TEST(x.at("shards").as_array().size() == 2U);
  BOOST_TEST(!x.at("shards").at(1).at("healthy").as_bool());
  BOOST_TEST(x.at("limits").at("recipients").to_number<int>() == 1000);
  BOOST_TEST(x.at("hostname") == "mx.example.com");
}

BOOST_AUTO_TEST_CASE(the_tree_is_shown_with_what_died) {
  actor_record x;
  x.path = "queue/queue-0";
  x.kind = "queue-shard";
  x.handled = 7;
  here.tree.join(x);
  here.tree.died("storage/writer", "no \"disk\"", true);
  const auto shown = actors_view(here);
  BOOST_REQUIRE(shown.size() == 2U);
  BOOST_TEST(shown.at(0).at("path") == "queue/queue-0");
  BOOST_TEST(shown.at(0).at("state") == "running");
  BOOST_TEST(shown.at(0).at("handled").to_number<int>() == 7);
  BOOST_TEST(shown.at(0).at("last_error").is_null());
  BOOST_TEST(shown.at(1).at("state") == "restarting");
  BOOST_TEST(shown.at(1).at("last_error").as_string() == "no \"disk\"");
}

BOOST_AUTO_TEST_CASE(an_outlet_whose_platform_is_down_says_so) {
  actor_record x;
  x.path = "outlets/jobs";
  x.kind = "http-outlet";
  here.tree.join(x);
  BOOST_TEST(actors_view(here).at(0).at("state") == "running");
  here.board.of("jobs")->down = true;
  BOOST_TEST(actors_view(here).at(0).at("state") == "platform down");
  here.tree.leave(x);
}

BOOST_AUTO_TEST_SUITE_END()
