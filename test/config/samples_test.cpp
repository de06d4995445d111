#include "config/routing.hpp"
#include "test/config/files.hpp"

#include <boost/test/unit_test.hpp>

namespace stagepost::config {

namespace {

const std::string source_dir = STAGEPOST_SOURCE_DIR;

} // namespace

BOOST_AUTO_TEST_SUITE(samples)

BOOST_AUTO_TEST_CASE(the_first_configuration_is_good_without_any_variable) {
  const auto x = good(read_file(source_dir + "/config/stagepost.yaml", {}));
  BOOST_TEST(x.node.data_dir == "./var");
  BOOST_TEST(x.storage.embedded());
  BOOST_TEST_REQUIRE(x.listeners.size() == 2U);
  BOOST_TEST(x.listeners[0].name == "mx");
  BOOST_TEST(x.listeners[0].address.host == "127.0.0.1");
  BOOST_TEST(x.listeners[0].address.port == 2525);
  BOOST_TEST((x.listeners[1].protocol == listener_protocol::http));
  BOOST_TEST(x.listeners[1].address.port == 3005);
  BOOST_TEST(x.routes.size() == 2U);
  BOOST_TEST(x.outlets.size() == 1U);
}

BOOST_AUTO_TEST_CASE(the_data_may_go_where_the_environment_says) {
  const auto x = good(read_file(source_dir + "/config/stagepost.yaml",
                                {{"STAGEPOST_DATA_DIR", "/srv/mail"}}));
  BOOST_TEST(x.node.data_dir == "/srv/mail");
}

BOOST_AUTO_TEST_CASE(the_relay_s_only_problems_are_its_certificate_files) {
  const auto x
    = faults_of(read_file(source_dir + "/config/samples/mx.yaml", {}));
  BOOST_TEST_REQUIRE(x.size() == 2U);
  BOOST_TEST(x[0].find("`certificate` can't be read from")
             != std::string::npos);
  BOOST_TEST(x[1].find("`key` can't be read from") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_relay_is_good_with_certificate_files) {
  const folder files;
  const auto x
    = good(read_file(source_dir + "/config/samples/mx.yaml",
                     {{"STAGEPOST_CERTIFICATE", files.write("mx.crt", "PEM")},
                      {"STAGEPOST_KEY", files.write("mx.key", "PEM")}}));
  BOOST_TEST(x.listeners[1].limits.message_size == 100U << 20U);
  BOOST_TEST(x.listeners[1].normalize_bare_newline);
  BOOST_TEST(x.delivery.settings_for("SLOW.example.org").next_hop[1].host
             == "2001:db8:2::25");
  BOOST_TEST(x.storage.shards.size() == 2U);
}

BOOST_AUTO_TEST_CASE(submission_s_only_problems_are_its_certificate_files) {
  const auto x
    = faults_of(read_file(source_dir + "/config/samples/submission.yaml", {}));
  BOOST_TEST_REQUIRE(x.size() == 2U);
  BOOST_TEST(x[0].find("`certificate` can't be read from")
             != std::string::npos);
  BOOST_TEST(x[1].find("`key` can't be read from") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(submission_is_for_who_logged_in) {
  const folder files;
  const auto x
    = good(read_file(source_dir + "/config/samples/submission.yaml",
                     {{"STAGEPOST_CERTIFICATE", files.write("a.crt", "PEM")},
                      {"STAGEPOST_KEY", files.write("a.key", "PEM")}}));
  BOOST_TEST_REQUIRE(x.listeners.size() == 3U);
  for (std::size_t i = 0; i < 2; ++i) {
    BOOST_TEST((x.listeners[i].auth == listener_auth::required));
    BOOST_TEST((x.listeners[i].tls != listener_tls::none));
    BOOST_TEST(x.listeners[i].require_sender_match);
    BOOST_TEST(!x.listeners[i].auth_without_tls);
  }
  const router routes(x);
  const auto told = [&](std::string_view user, std::string_view recipient) {
    const auto where
      = routes.decide({"submission", "192.0.2.1", "", recipient, user});
    return where.to != nullptr ? where.to->name : where.refusal.text;
  };
  BOOST_TEST(told("", "a@example.com") == "Relaying denied");
  BOOST_TEST(told("alice@example.com", "a@example.net") == "relay");
  BOOST_TEST(told("printer", "a@example.com") == "relay");
  BOOST_TEST(told("printer", "a@example.net") == "Scans stay here");
}

BOOST_AUTO_TEST_CASE(the_tour_needs_nobody_else) {
  const auto x = good(read_file(source_dir + "/config/samples/tour.yaml", {}));
  BOOST_TEST_REQUIRE(x.listeners.size() == 4U);
  BOOST_TEST_REQUIRE(x.delivery.defaults.next_hop.size() == 1U);
  BOOST_TEST(x.delivery.defaults.next_hop[0].host
             == x.listeners[1].address.host);
  BOOST_TEST(x.delivery.defaults.next_hop[0].port
             == x.listeners[1].address.port);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace stagepost::config
