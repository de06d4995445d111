#include "actors/http/metrics.hpp"
#include "small_node.hpp"

#include <boost/test/unit_test.hpp>

#include <set>
#include <sstream>

using namespace stagepost;

BOOST_FIXTURE_TEST_SUITE(metrics, test::with_a_node)

BOOST_AUTO_TEST_CASE(every_metric_has_its_help_its_type_and_a_number) {
  here.count.received_messages = 5;
  std::istringstream lines{metrics_view(here)};
  std::set<std::string> names;
  for (std::string help, type, sample; std::getline(lines, help);) {
    BOOST_REQUIRE(std::getline(lines, type));
    BOOST_REQUIRE(std::getline(lines, sample));
    const auto name = sample.substr(0, sample.find_first_of(" {"));
    while (lines.peek() == 's') { // a value for each kind
      BOOST_TEST(sample.starts_with(name + '{'));
      BOOST_REQUIRE(std::getline(lines, sample));
    }
    BOOST_TEST_CONTEXT(name) {
      BOOST_TEST(names.insert(name).second);
      BOOST_TEST(name.starts_with("stagepost_"));
      BOOST_TEST(help.starts_with("# HELP " + name + ' '));
      const bool grows = name.ends_with("_total");
      BOOST_TEST(type == "# TYPE " + name + (grows ? " counter" : " gauge"));
      BOOST_TEST(sample.find_first_not_of("0123456789.", sample.find(' ') + 1)
                 == std::string::npos);
      if (name == "stagepost_received_messages_total")
        BOOST_TEST(sample == name + " 5");
      if (name == "stagepost_healthy")
        BOOST_TEST(sample == name + " 1");
    }
  }
  BOOST_TEST(names.size() > 15U);
}

BOOST_AUTO_TEST_CASE(what_was_too_much_is_shown_by_its_limit) {
  here.count.refused(rate::user_messages) = 3;
  const auto shown = metrics_view(here);
  for (const auto* line :
       {"\nstagepost_rate_refusals_total{limit=\"user_messages\"} 3\n",
        "\nstagepost_rate_refusals_total{limit=\"sender_recipients\"} 0\n"})
    BOOST_TEST((shown.find(line) != std::string::npos), line);
}

BOOST_AUTO_TEST_CASE(what_the_tables_hold_is_shown_once_it_was_counted) {
  const std::string name = "stagepost_queue_stored_recipients";
  BOOST_TEST((metrics_view(here).find(name) == std::string::npos));
  here.shards[1]->depth.set({true, 7, 1, 2, 3});
  const auto shown = metrics_view(here);
  for (const auto& line :
       {name + "{shard=\"queue-1\",state=\"queued\"} 1\n",
        name + "{shard=\"queue-1\",state=\"deferred\"} 2\n",
        name + "{shard=\"queue-1\",state=\"held\"} 3\n",
        std::string{"stagepost_queue_stored_messages{shard=\"queue-1\"} 7\n"}})
    BOOST_TEST((shown.find(line) != std::string::npos), line);
  BOOST_TEST((shown.find("shard=\"queue-0\"") == std::string::npos));
}

BOOST_AUTO_TEST_CASE(the_load_is_shown) {
  load_guard::share x{here.load};
  BOOST_TEST(x.resize(768));
  const auto shown = metrics_view(here);
  BOOST_TEST(
    (shown.find("\nstagepost_incoming_octets 768\n") != std::string::npos));
}

BOOST_AUTO_TEST_SUITE_END()
