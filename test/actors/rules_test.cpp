#include "actors/rules.hpp"

#include <boost/test/unit_test.hpp>

using namespace stagepost;

namespace {

using lines = std::vector<std::string>;

config::listener listener(const std::string& name, std::uint16_t port) {
  config::listener out;
  out.name = name;
  out.address = {"127.0.0.1", port};
  return out;
}

config::configuration usual() {
  config::configuration out;
  out.node.name = "node-1";
  out.listeners = {listener("mx", 25), listener("submission", 587)};
  out.routes.resize(1);
  out.routes[0].to = "reject";
  return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(rules)

BOOST_AUTO_TEST_CASE(who_began_by_some_rules_keeps_them) {
  rules_in_force x{usual()};
  const auto mine = x.get();
  auto next = usual();
  next.routes[0].reply = "550 5.7.1 Not today";
  x.replace(next);
  const config::route_facts facts{"mx", "192.0.2.1", "a@b.example", "c@d"};
  BOOST_TEST(mine->routes.decide(facts).refusal.text == "Relaying denied");
  BOOST_TEST(x.get()->routes.decide(facts).refusal.text == "Not today");
}

BOOST_AUTO_TEST_CASE(a_look_finds_out_once_that_there_are_others) {
  rules_in_force x{usual()};
  rules_ptr mine;
  BOOST_TEST(x.refresh(mine));
  BOOST_TEST(!x.refresh(mine));
  x.replace(usual());
  BOOST_TEST(x.refresh(mine));
  BOOST_TEST(!x.refresh(mine));
  BOOST_TEST((mine == x.get()));
}

BOOST_AUTO_TEST_CASE(what_can_change_is_taken_without_a_word) {
  auto fresh = usual();
  fresh.node.hostname = "mx.example.com";
  fresh.limits.queue_memory = 1;
  fresh.listeners[0].banner = "Hello";
  fresh.listeners[0].limits.recipients = 7;
  fresh.delivery.defaults.connections = 3;
  fresh.egress.addresses = {"192.0.2.1"};
  fresh.routes.clear();
  const auto found = reread(usual(), fresh);
  BOOST_TEST(found.needs_restart.empty());
  const auto& x = found.to_come;
  BOOST_TEST(x.node.hostname == "mx.example.com");
  BOOST_TEST(x.limits.queue_memory == 1U);
  BOOST_TEST((x.listeners == fresh.listeners));
  BOOST_TEST(x.delivery.defaults.connections == 3U);
  BOOST_TEST((x.egress == fresh.egress));
  BOOST_TEST(x.routes.empty());
}

BOOST_AUTO_TEST_CASE(what_can_not_change_stays_and_is_named) {
  auto fresh = usual();
  fresh.node.name = "node-2";
  fresh.node.data_dir = "/elsewhere";
  fresh.node.roles = {config::role::smtp};
  fresh.node.threads = 7;
  fresh.node.user = "mail";
  fresh.storage.postgres = "postgresql:///mail";
  fresh.tls.certificates = {{"a.crt", "a.key"}};
  fresh.dns.servers = {"192.0.2.53"};
  const auto found = reread(usual(), fresh);
  BOOST_TEST((found.needs_restart
              == lines{"node.name", "node.data_dir", "node.roles",
                       "node.threads", "node.user", "storage", "tls", "dns"}));
  BOOST_TEST((found.to_come.node == usual().node));
  BOOST_TEST((found.to_come.storage == usual().storage));
  BOOST_TEST((found.to_come.tls == usual().tls));
  BOOST_TEST((found.to_come.dns == usual().dns));
}

BOOST_AUTO_TEST_CASE(listeners_keep_their_ports_and_their_order) {
  auto fresh = usual();
  fresh.listeners = {listener("lmtp", 24), listener("mx", 2525)};
  fresh.listeners[1].banner = "Hello";
  const auto found = reread(usual(), fresh);
  BOOST_TEST((found.needs_restart
              == lines{"listener mx", "listener submission (is still open)",
                       "listener lmtp (is not open)"}));
  const auto& x = found.to_come.listeners;
  BOOST_REQUIRE(x.size() == 2U);
  BOOST_TEST(x[0].address.port == 25);
  BOOST_TEST(x[0].banner == "Hello");
  BOOST_TEST(x[1].name == "submission");
}

BOOST_AUTO_TEST_CASE(tls_is_not_offered_with_certificates_not_loaded) {
  auto fresh = usual();
  fresh.tls.certificates = {{"a.crt", "a.key"}};
  fresh.listeners[0].tls = config::listener_tls::starttls;
  const auto found = reread(usual(), fresh);
  BOOST_TEST((found.needs_restart == lines{"tls", "listener mx"}));
  BOOST_TEST((found.to_come.listeners[0].tls == config::listener_tls::none));

  auto running = usual();
  running.tls = fresh.tls;
  const auto later = reread(running, fresh);
  BOOST_TEST(later.needs_restart.empty());
  BOOST_TEST(
    (later.to_come.listeners[0].tls == config::listener_tls::starttls));
}

BOOST_AUTO_TEST_SUITE_END()
