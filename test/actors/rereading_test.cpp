#include "actors/rereading.hpp"

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

config::configuration with_tls() {
  auto out = usual();
  out.tls.certificates = {{"a.crt", "a.key"}};
  out.listeners[1].tls = config::listener_tls::starttls;
  return out;
}

config::auth_source users() {
  config::auth_source out;
  out.users["alice"].password = "$argon2id$";
  return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(rereading)

BOOST_AUTO_TEST_CASE(what_can_change_is_taken_and_named) {
  auto fresh = usual();
  fresh.node.hostname = "mx.example.com";
  fresh.limits.queue_memory = 1;
  fresh.listeners[0].banner = "Hello";
  fresh.listeners[0].limits.recipients = 7;
  fresh.delivery.defaults.connections = 3;
  fresh.egress.addresses = {"192.0.2.1"};
  fresh.routes.clear();
  const auto x = reread(usual(), fresh);
  BOOST_TEST((x.found.live
              == lines{"node.hostname", "limits.queue_memory",
                       "listeners.mx.banner", "listeners.mx.limits", "routes",
                       "delivery.connections", "egress.addresses"}));
  BOOST_TEST(x.found.restart.empty());
  BOOST_TEST(x.to_come.node.hostname == "mx.example.com");
  BOOST_TEST(x.to_come.limits.queue_memory == 1U);
  BOOST_TEST((x.to_come.listeners == fresh.listeners));
  BOOST_TEST(x.to_come.delivery.defaults.connections == 3U);
  BOOST_TEST((x.to_come.egress == fresh.egress));
  BOOST_TEST(x.to_come.routes.empty());
}

BOOST_AUTO_TEST_CASE(what_can_not_change_stays_and_is_named) {
  auto fresh = usual();
  fresh.node.name = "node-2";
  fresh.node.data_dir = "/elsewhere";
  fresh.node.roles = {config::role::smtp};
  fresh.node.threads = 7;
  fresh.node.user = "mail";
  fresh.storage.postgres = "postgresql:///mail";
  fresh.dns.servers = {"192.0.2.53"};
  const auto x = reread(usual(), fresh);
  BOOST_TEST(
    (x.found.restart
     == lines{"node.name", "node.data_dir", "node.roles", "node.threads",
              "node.user", "storage.postgres", "dns.servers"}));
  BOOST_TEST(x.found.live.empty());
  BOOST_TEST((x.to_come.node == usual().node));
  BOOST_TEST((x.to_come.storage == usual().storage));
  BOOST_TEST((x.to_come.dns == usual().dns));
}

BOOST_AUTO_TEST_CASE(listeners_keep_their_ports_and_their_order) {
  auto fresh = usual();
  fresh.listeners = {listener("lmtp", 24), listener("mx", 2525)};
  fresh.listeners[1].banner = "Hello";
  const auto x = reread(usual(), fresh);
  BOOST_TEST((x.found.restart
              == lines{"listeners.mx.address", "listeners.submission (removed)",
                       "listeners.lmtp (added)"}));
  const auto& now = x.to_come.listeners;
  BOOST_REQUIRE(now.size() == 2U);
  BOOST_TEST(now[0].address.port == 25);
  BOOST_TEST(now[0].banner == "Hello");
  BOOST_TEST(now[1].name == "submission");
}

BOOST_AUTO_TEST_CASE(tls_comes_and_goes_live) {
  const auto comes = reread(usual(), with_tls());
  BOOST_TEST((comes.found.live
              == lines{"tls.certificates", "listeners.submission.tls"}));
  BOOST_TEST((comes.to_come.tls == with_tls().tls));
  BOOST_TEST(
    (comes.to_come.listeners[1].tls == config::listener_tls::starttls));
  const auto goes = reread(with_tls(), usual());
  BOOST_TEST(goes.found.restart.empty());
  BOOST_TEST(goes.to_come.tls.certificates.empty());
}

BOOST_AUTO_TEST_CASE(a_listener_that_is_still_open_keeps_its_certificates) {
  auto fresh = usual();
  fresh.listeners.pop_back();
  const auto x = reread(with_tls(), fresh);
  BOOST_TEST((x.found.restart
              == lines{"listeners.submission (removed)", "tls.certificates"}));
  BOOST_TEST(x.found.live.empty());
  BOOST_TEST((x.to_come.tls == with_tls().tls));
}

BOOST_AUTO_TEST_CASE(logins_come_live_with_who_checks_them) {
  auto fresh = usual();
  fresh.auth = {users()};
  fresh.listeners[1].auth = config::listener_auth::required;
  fresh.listeners[1].auth_without_tls = true;
  const auto x = reread(usual(), fresh);
  BOOST_TEST(x.found.restart.empty());
  BOOST_TEST((x.found.live
              == lines{"listeners.submission.auth",
                       "listeners.submission.auth_without_tls", "auth"}));
  BOOST_TEST((x.to_come.auth == fresh.auth));
  BOOST_TEST((x.to_come.listeners[1].auth == config::listener_auth::required));
}

BOOST_AUTO_TEST_CASE(users_come_live) {
  auto running = usual();
  running.auth = {users()};
  auto fresh = running;
  fresh.auth[0].users["bob"].password = "$argon2id$";
  const auto x = reread(running, fresh);
  BOOST_TEST((x.found.live == lines{"auth[0].users"}));
  BOOST_TEST(x.to_come.auth[0].users.size() == 2U);
}

BOOST_AUTO_TEST_SUITE_END()
