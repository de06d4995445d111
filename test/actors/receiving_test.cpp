#include "actors/receiving.hpp"

#include <boost/test/unit_test.hpp>

using namespace stagepost;

namespace {

config::configuration made(const receive_options& x) {
  auto out = stagepost::receiving(x);
  BOOST_REQUIRE(std::holds_alternative<config::configuration>(out));
  return std::get<config::configuration>(out);
}

std::string refused(const receive_options& x) {
  const auto out = stagepost::receiving(x);
  BOOST_REQUIRE(std::holds_alternative<std::string>(out));
  return std::get<std::string>(out);
}

} // namespace

BOOST_AUTO_TEST_SUITE(receiving)

BOOST_AUTO_TEST_CASE(all_mail_is_for_the_program) {
  const auto x = made(
    {.hostname = "MX.example.com", .port = 2525, .process = "/bin/true"});
  BOOST_TEST(x.node.hostname == "mx.example.com");
  BOOST_TEST(x.storage.shards.empty());
  BOOST_REQUIRE(x.listeners.size() == 1U);
  BOOST_TEST(x.listeners[0].address.port == 2525);
  BOOST_TEST((x.listeners[0].tls == config::listener_tls::none));
  BOOST_TEST((x.listeners[0].auth == config::listener_auth::none));
  BOOST_REQUIRE(x.routes.size() == 1U);
  BOOST_REQUIRE(x.outlets.size() == 1U);
  BOOST_TEST(x.routes[0].to == x.outlets[0].name);
  BOOST_TEST((x.outlets[0].type == config::outlet_type::command));
  BOOST_TEST(x.outlets[0].command.run.front() == "/bin/true");
  BOOST_TEST(x.auth.empty());
}

BOOST_AUTO_TEST_CASE(who_may_log_in_has_to) {
  const auto x = made({.auth = "/bin/false", .process = "/bin/true"});
  BOOST_TEST((x.listeners[0].auth == config::listener_auth::required));
  BOOST_TEST(x.listeners[0].auth_without_tls, "there is none");
  BOOST_REQUIRE(x.auth.size() == 1U);
  BOOST_TEST((x.auth[0].type == config::auth_source::kind::command));
  BOOST_TEST(x.auth[0].run.front() == "/bin/false");
}

BOOST_AUTO_TEST_CASE(with_a_certificate_nobody_logs_in_in_clear) {
  const auto x = made({.key = "k.pem",
                       .certificate = "c.pem",
                       .auth = "/bin/false",
                       .process = "/bin/true"});
  BOOST_TEST((x.listeners[0].tls == config::listener_tls::starttls));
  BOOST_TEST(!x.listeners[0].auth_without_tls);
  BOOST_REQUIRE(x.tls.certificates.size() == 1U);
  BOOST_TEST(x.tls.certificates[0].certificate == "c.pem");
  BOOST_TEST(x.tls.certificates[0].key == "k.pem");
}

BOOST_AUTO_TEST_CASE(a_status_page_is_for_this_machine) {
  const auto x = made({.process = "/bin/true", .status = 3005});
  BOOST_REQUIRE(x.listeners.size() == 2U);
  BOOST_TEST((x.listeners[1].protocol == config::listener_protocol::http));
  BOOST_TEST(x.listeners[1].address.host == "127.0.0.1");
  BOOST_TEST(x.listeners[1].address.port == 3005);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_is_told_by_its_option) {
  const struct {
    receive_options x;
    std::string why;
  } table[] = {
    {{.hostname = "a b", .process = "/bin/true"},
     "--hostname: a b is no host name"},
    {{.key = "k.pem", .process = "/bin/true"},
     "--ssl-key and --ssl-cert want each other"},
    {{.certificate = "c.pem", .process = "/bin/true"},
     "--ssl-key and --ssl-cert want each other"},
    {{.process = "/nowhere/program"},
     "--process: /nowhere/program is no program that can be run"},
    {{.process = "no-such-program"},
     "--process: no-such-program is no program that can be run: it is not in "
     "PATH"},
    {{.process = "/tmp"}, "--process: /tmp is no program that can be run"},
    {{.auth = "/etc/passwd", .process = "/bin/true"},
     "--auth: /etc/passwd is no program that can be run"},
  };
  for (const auto& row : table)
    BOOST_TEST(refused(row.x) == row.why);
}

BOOST_AUTO_TEST_SUITE_END()
