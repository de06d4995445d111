#include "net/validated_questions.hpp"
#include "test/net/resolver_fixture.hpp"

#include <boost/asio/ip/udp.hpp>

using namespace stagepost::net;
using namespace std::chrono_literals;

namespace {

std::string in_text(const std::vector<mx_host>& hosts) {
  std::string out;
  for (const auto& x : hosts)
    out += std::to_string(x.preference) + " " + x.host + ";";
  return out;
}

std::string in_text(const std::vector<std::string>& addresses) {
  std::string out;
  for (const auto& x : addresses)
    out += x + ";";
  return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(resolver)

BOOST_FIXTURE_TEST_CASE(mx_hosts_come_by_preference, resolver_fixture) {
  for (const auto* name :
       {"stagepost.example", "STAGEPOST.example.", "alias.stagepost.example"}) {
    auto x = mx(name);
    BOOST_TEST(x.status == dns_status::found, x.why);
    BOOST_TEST(
      (x.hosts.size() == 3 && x.hosts[2].host == "mx2.stagepost.example"),
      in_text(x.hosts));
    BOOST_TEST((x.ttl > 0s && x.ttl <= 60s));
    BOOST_TEST(x.trust == dns_trust::insecure);
  }
}

BOOST_FIXTURE_TEST_CASE(a_null_mx_has_no_host, resolver_fixture) {
  auto x = mx("null.stagepost.example");
  BOOST_TEST(x.status == dns_status::found);
  BOOST_TEST(in_text(x.hosts) == "0 ;");
}

BOOST_FIXTURE_TEST_CASE(a_crowd_of_hosts_is_cut, resolver_fixture) {
  auto x = mx("crowd.stagepost.example");
  BOOST_TEST(x.status == dns_status::found, x.why);
  BOOST_TEST(x.hosts.size() == 100U);
  BOOST_TEST(x.hosts.front().preference == 0U);
}

BOOST_FIXTURE_TEST_CASE(the_ways_to_find_nothing_differ, resolver_fixture) {
  const struct {
    const char* name;
    dns_status mx;
    dns_status addresses;
  } table[] = {
    {"bare.stagepost.example", dns_status::no_data, dns_status::found},
    {"text.stagepost.example", dns_status::no_data, dns_status::no_data},
    {"gone.stagepost.example", dns_status::no_domain, dns_status::no_domain},
    {"broken.example", dns_status::temporary, dns_status::temporary},
    {"elsewhere.example", dns_status::temporary, dns_status::temporary},
    {"", dns_status::no_domain, dns_status::no_domain},
    {"a..b", dns_status::no_domain, dns_status::no_domain},
    {"a b", dns_status::no_domain, dns_status::no_domain},
    {"a\\.b", dns_status::no_domain, dns_status::no_domain},
  };
  for (const auto& x : table) {
    auto by_mx = mx(x.name);
    BOOST_TEST(by_mx.status == x.mx, x.name << " MX: " << by_mx.why);
    BOOST_TEST((by_mx.status == dns_status::found || !by_mx.why.empty()));
    auto by_address = addresses(x.name);
    BOOST_TEST(by_address.status == x.addresses,
               x.name << " addresses: " << by_address.why);
    BOOST_TEST(
      (by_address.status == dns_status::found || !by_address.why.empty()));
  }
}

BOOST_FIXTURE_TEST_CASE(ipv6_comes_before_ipv4, resolver_fixture) {
  auto x = addresses("mx1.stagepost.example");
  BOOST_TEST(x.status == dns_status::found, x.why);
  BOOST_TEST((x.addresses.size() == 3 && x.addresses[0] == "2001:db8::1"),
             in_text(x.addresses));
  BOOST_TEST((x.ttl > 0s && x.ttl <= 60s));
  BOOST_TEST(in_text(addresses("mx2.stagepost.example").addresses)
             == "2001:db8::2;");
  BOOST_TEST(addresses("mxalias.stagepost.example").addresses.size() == 3U);
}

BOOST_FIXTURE_TEST_CASE(fixed_hosts_and_literals_need_no_dns,
                        resolver_fixture) {
  section.servers = {"127.0.0.1@" + std::to_string(free_port())};
  start();
  BOOST_TEST(in_text(addresses("fixed.EXAMPLE").addresses)
             == "192.0.2.77;2001:db8::77;");
  BOOST_TEST(mx("fixed.example").status == dns_status::no_data);
  BOOST_TEST(in_text(addresses("192.0.2.5").addresses) == "192.0.2.5;");
  BOOST_TEST(in_text(addresses("2001:DB8::5").addresses) == "2001:db8::5;");
  auto local = addresses("localhost");
  BOOST_TEST(local.status == dns_status::found, local.why);
  BOOST_TEST(in_text(local.addresses).find("127.0.0.1;") != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(a_dead_server_is_a_temporary_failure,
                        resolver_fixture) {
  section.servers = {"127.0.0.1@" + std::to_string(free_port())};
  start();
  BOOST_TEST(mx("stagepost.example").status == dns_status::temporary);
}

BOOST_FIXTURE_TEST_CASE(dropping_it_drops_its_questions, resolver_fixture) {
  boost::asio::ip::udp::socket silent{
    loop, {boost::asio::ip::address_v4::loopback(), 0}};
  section.servers
    = {"127.0.0.1@" + std::to_string(silent.local_endpoint().port())};
  start();
  int answers = 0;
  for (int i = 0; i < 50; ++i) {
    auto name = "d" + std::to_string(i) + ".example";
    asked->resolve_mx(name, [&](mx_answer) { ++answers; });
    asked->resolve_addresses(name, [&](address_answer) { ++answers; });
    asked->resolve_mx("not a name", [&](mx_answer) { ++answers; });
  }
  asked.reset();
  run_for(20ms);
  BOOST_TEST(answers == 0);
}

BOOST_FIXTURE_TEST_CASE(it_may_be_dropped_in_an_answer, resolver_fixture) {
  int answers = 0;
  for (int i = 0; i < 5; ++i)
    asked->resolve_mx("stagepost.example", [&](mx_answer) {
      ++answers;
      asked.reset();
    });
  BOOST_TEST(run_until([&] { return answers > 0; }));
  run_for(20ms);
  BOOST_TEST(answers == 1);
}

BOOST_FIXTURE_TEST_CASE(many_questions_are_asked_at_once, resolver_fixture) {
  std::size_t answers = 0;
  for (int i = 0; i < 500; ++i)
    asked->resolve_mx("n" + std::to_string(i) + ".stagepost.example",
                      [&](mx_answer x) {
                        BOOST_TEST(x.status == dns_status::no_domain, x.why);
                        ++answers;
                      });
  BOOST_TEST(run_until([&] { return answers == 500; }));
}

BOOST_FIXTURE_TEST_CASE(a_text_is_put_together, resolver_fixture) {
  validate();
  auto x = text("text.signed.example");
  BOOST_TEST_REQUIRE(x.texts.size() == 1U, x.why);
  BOOST_TEST(x.texts[0] == "v=one; two");
  BOOST_TEST(x.trust == dns_trust::secure);
  BOOST_TEST(text("mx.signed.example").status == dns_status::no_data);
  BOOST_TEST(text("a b").status == dns_status::no_domain);
}

BOOST_FIXTURE_TEST_CASE(questions_and_answers_are_counted, resolver_fixture) {
  validate();
  mx("signed.example");
  mx("stagepost.example");
  mx("gone.signed.example");
  BOOST_TEST(figures.questions == 3U);
  BOOST_TEST(figures.answered(dns_result::secure) == 1U);
  BOOST_TEST(figures.answered(dns_result::insecure) == 1U);
  BOOST_TEST(figures.answered(dns_result::no_domain) == 1U);
  BOOST_TEST(figures.microseconds > 0U);
}

BOOST_AUTO_TEST_CASE(a_wrong_server_is_named) {
  boost::asio::io_context loop;
  stagepost::config::dns_section section;
  dns_figures figures;
  section.servers = {"not-an-address"};
  auto names_it = [](const std::runtime_error& e) {
    return std::string(e.what()).find("dns.servers: not-an-address")
           != std::string::npos;
  };
  BOOST_CHECK_EXCEPTION((stagepost::net::resolver{loop, section, figures}),
                        std::runtime_error, names_it);
}

BOOST_AUTO_TEST_SUITE_END()
