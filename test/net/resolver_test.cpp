#include "net/resolver.hpp"
#include "net/validated_questions.hpp"
#include "test/net/loop_fixture.hpp"
#include "test/net/name_server.hpp"

#include <boost/asio/ip/udp.hpp>

#include <optional>
#include <ostream>

using namespace stagepost::net;
using namespace std::chrono_literals;
using stagepost::config::dns_section;

namespace stagepost::net {

std::ostream& boost_test_print_type(std::ostream& out, dns_status x) {
  return out << static_cast<int>(x);
}

std::ostream& boost_test_print_type(std::ostream& out, dns_trust x) {
  return out << static_cast<int>(x);
}

} // namespace stagepost::net

namespace {

constexpr auto zone = R"(
@           60 IN MX 20 MX2.stagepost.example.
@           60 IN MX 10 mx1.stagepost.example.
@           60 IN MX 10 mx3.other.example.
null        60 IN MX 0 .
bare        60 IN A 192.0.2.9
alias       60 IN CNAME stagepost.example.
mx1         60 IN A 192.0.2.1
mx1         60 IN A 192.0.2.2
mx1         60 IN AAAA 2001:db8::1
mx2         60 IN AAAA 2001:db8::2
mxalias     60 IN CNAME mx1
text        60 IN TXT "no address"
)";

constexpr auto signed_zone = R"(
@           60 IN MX 10 mx
mx          60 IN A 192.0.2.1
mx          60 IN AAAA 2001:db8::1
mxalias     60 IN CNAME mx
outside     60 IN CNAME mx1.stagepost.example.
forged      60 IN A 192.0.2.66
text        60 IN TXT "v=one; " "two"
_25._tcp.mx 60 IN TLSA 3 1 1 (
  00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff )
_25._tcp.mx 60 IN TLSA 2 0 1 (
  ff112233445566778899aabbccddeeff00112233445566778899aabbccddeeff )
_27._tcp.mx 60 IN TLSA 3 1 1 (
  deadbeef445566778899aabbccddeeff00112233445566778899aabbccddeeff )
)";

const name_server& shared_server() {
  static const name_server once{[] {
                                  std::string text = zone;
                                  for (int i = 0; i < 150; ++i)
                                    text += "crowd 60 IN MX "
                                            + std::to_string(i) + " h"
                                            + std::to_string(i) + "\n";
                                  return text;
                                }(),
                                signed_zone};
  return once;
}

struct fixture : loop_fixture {
  dns_section section;
  dns_figures figures;
  std::unique_ptr<stagepost::net::resolver> asked;

  fixture() {
    section.servers = {shared_server().address()};
    section.hosts["Fixed.example"] = {"192.0.2.77", "2001:db8::77"};
    start();
  }
  void start() {
    asked.reset();
    asked = std::make_unique<stagepost::net::resolver>(loop, section, figures);
  }
  mx_answer mx(const std::string& domain) {
    std::optional<mx_answer> got;
    asked->resolve_mx(domain, [&](mx_answer x) { got = std::move(x); });
    BOOST_TEST(!got, "no answer comes from within the call");
    BOOST_TEST_REQUIRE(run_until([&] { return got.has_value(); }, 40s));
    return *got;
  }
  template <class Answer, class F>
  Answer got(F ask) {
    std::optional<Answer> out;
    ask([&](Answer x) { out = std::move(x); });
    BOOST_TEST(!out, "no answer comes from within the call");
    BOOST_TEST_REQUIRE(run_until([&] { return out.has_value(); }, 40s));
    return *out;
  }
  tlsa_answer tlsa(const std::vector<std::string>& bases,
                   std::uint16_t port = 25) {
    return got<tlsa_answer>(
      [&](auto done) { asked->resolve_tlsa(bases, port, done); });
  }
  text_answer text(const std::string& name) {
    return got<text_answer>(
      [&](auto done) { asked->resolve_text(name, done); });
  }
  void validate() {
    section.trust_anchor = shared_server().anchor();
    start();
  }
  address_answer addresses(const std::string& host) {
    std::optional<address_answer> got;
    asked->resolve_addresses(host,
                             [&](address_answer x) { got = std::move(x); });
    BOOST_TEST(!got, "no answer comes from within the call");
    BOOST_TEST_REQUIRE(run_until([&] { return got.has_value(); }, 40s));
    return *got;
  }
};

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

BOOST_FIXTURE_TEST_CASE(mx_hosts_come_by_preference, fixture) {
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

BOOST_FIXTURE_TEST_CASE(a_null_mx_has_no_host, fixture) {
  auto x = mx("null.stagepost.example");
  BOOST_TEST(x.status == dns_status::found);
  BOOST_TEST(in_text(x.hosts) == "0 ;");
}

BOOST_FIXTURE_TEST_CASE(a_crowd_of_hosts_is_cut, fixture) {
  auto x = mx("crowd.stagepost.example");
  BOOST_TEST(x.status == dns_status::found, x.why);
  BOOST_TEST(x.hosts.size() == 100U);
  BOOST_TEST(x.hosts.front().preference == 0U);
}

BOOST_FIXTURE_TEST_CASE(the_ways_to_find_nothing_differ, fixture) {
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

BOOST_FIXTURE_TEST_CASE(ipv6_comes_before_ipv4, fixture) {
  auto x = addresses("mx1.stagepost.example");
  BOOST_TEST(x.status == dns_status::found, x.why);
  BOOST_TEST((x.addresses.size() == 3 && x.addresses[0] == "2001:db8::1"),
             in_text(x.addresses));
  BOOST_TEST((x.ttl > 0s && x.ttl <= 60s));
  BOOST_TEST(in_text(addresses("mx2.stagepost.example").addresses)
             == "2001:db8::2;");
  BOOST_TEST(addresses("mxalias.stagepost.example").addresses.size() == 3U);
}

BOOST_FIXTURE_TEST_CASE(fixed_hosts_and_literals_need_no_dns, fixture) {
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

BOOST_FIXTURE_TEST_CASE(a_dead_server_is_a_temporary_failure, fixture) {
  section.servers = {"127.0.0.1@" + std::to_string(free_port())};
  start();
  BOOST_TEST(mx("stagepost.example").status == dns_status::temporary);
}

BOOST_FIXTURE_TEST_CASE(dropping_it_drops_its_questions, fixture) {
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

BOOST_FIXTURE_TEST_CASE(it_may_be_dropped_in_an_answer, fixture) {
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

BOOST_FIXTURE_TEST_CASE(many_questions_are_asked_at_once, fixture) {
  std::size_t answers = 0;
  for (int i = 0; i < 500; ++i)
    asked->resolve_mx("n" + std::to_string(i) + ".stagepost.example",
                      [&](mx_answer x) {
                        BOOST_TEST(x.status == dns_status::no_domain, x.why);
                        ++answers;
                      });
  BOOST_TEST(run_until([&] { return answers == 500; }));
}

BOOST_FIXTURE_TEST_CASE(what_is_signed_is_secure, fixture) {
  validate();
  auto x = mx("signed.example");
  BOOST_TEST(x.status == dns_status::found, x.why);
  BOOST_TEST(x.trust == dns_trust::secure);
  BOOST_TEST(mx("mx.signed.example").status == dns_status::no_data);
  BOOST_TEST(mx("mx.signed.example").trust == dns_trust::secure);
  BOOST_TEST(mx("gone.signed.example").status == dns_status::no_domain);
  BOOST_TEST(mx("gone.signed.example").trust == dns_trust::secure);
  BOOST_TEST(mx("stagepost.example").status == dns_status::found);
  BOOST_TEST(mx("stagepost.example").trust == dns_trust::insecure);
  auto host = addresses("mx.signed.example");
  BOOST_TEST(host.trust == dns_trust::secure);
  BOOST_TEST(host.canonical == "");
  BOOST_TEST(addresses("mx1.stagepost.example").trust == dns_trust::insecure);
}

BOOST_FIXTURE_TEST_CASE(an_alias_is_as_secure_as_its_whole_chain, fixture) {
  validate();
  auto inside = addresses("mxalias.signed.example");
  BOOST_TEST(inside.canonical == "mx.signed.example");
  BOOST_TEST(inside.trust == dns_trust::secure);
  auto outside = addresses("outside.signed.example");
  BOOST_TEST(outside.canonical == "mx1.stagepost.example");
  BOOST_TEST(outside.trust == dns_trust::insecure);
}

BOOST_FIXTURE_TEST_CASE(what_is_forged_is_a_temporary_failure, fixture) {
  validate();
  auto x = addresses("forged.signed.example");
  BOOST_TEST(x.status == dns_status::temporary);
  BOOST_TEST(x.trust == dns_trust::bogus);
  BOOST_TEST(x.addresses.empty());
  BOOST_TEST(figures.answered(dns_result::bogus) >= 1U);
}

BOOST_FIXTURE_TEST_CASE(without_an_anchor_nothing_is_secure, fixture) {
  BOOST_TEST(mx("signed.example").trust == dns_trust::insecure);
  BOOST_TEST(addresses("forged.signed.example").status == dns_status::found);
  auto x = tlsa({"mx.signed.example"});
  BOOST_TEST(x.status == dns_status::no_data);
  BOOST_TEST(x.records.empty());
}

BOOST_FIXTURE_TEST_CASE(secure_tlsa_records_are_found, fixture) {
  validate();
  auto x = tlsa({"mx.signed.example"});
  BOOST_TEST(x.status == dns_status::found, x.why);
  BOOST_TEST(x.base == "mx.signed.example");
  BOOST_TEST_REQUIRE(x.records.size() == 2U);
  BOOST_TEST((usable(x.records[0]) && usable(x.records[1])));
  BOOST_TEST(tlsa({"mx.signed.example"}, 26).status == dns_status::no_domain);
  BOOST_TEST(tlsa({"mx1.stagepost.example"}).records.empty());
  BOOST_TEST(tlsa({"mx.signed.example"}, 27).status == dns_status::temporary);
}

BOOST_FIXTURE_TEST_CASE(the_first_name_with_tlsa_records_counts, fixture) {
  validate();
  auto x = tlsa({"gone.signed.example", "MX.signed.example", "text.example"});
  BOOST_TEST(x.status == dns_status::found, x.why);
  BOOST_TEST(x.base == "mx.signed.example");
  BOOST_TEST(tlsa({"no name", "a..b"}).status == dns_status::no_domain);
  BOOST_TEST(tlsa({}).status == dns_status::no_domain);
}

BOOST_FIXTURE_TEST_CASE(a_text_is_put_together, fixture) {
  validate();
  auto x = text("text.signed.example");
  BOOST_TEST_REQUIRE(x.texts.size() == 1U, x.why);
  BOOST_TEST(x.texts[0] == "v=one; two");
  BOOST_TEST(x.trust == dns_trust::secure);
  BOOST_TEST(text("mx.signed.example").status == dns_status::no_data);
  BOOST_TEST(text("a b").status == dns_status::no_domain);
}

BOOST_FIXTURE_TEST_CASE(questions_and_answers_are_counted, fixture) {
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

BOOST_FIXTURE_TEST_CASE(where_the_root_can_not_be_checked_nothing_is, fixture) {
  std::vector<std::string> warned;
  for (const bool lenient : {true, false}) {
    auto questions = std::make_shared<validated_questions>(
      loop, section, validation{"/usr/share/dns/root.key", lenient}, figures,
      [&](const std::string& why) { warned.push_back(why); });
    for (int i = 0; i < 2; ++i) {
      auto x = got<dns_answer>(
        [&](auto done) { questions->ask("stagepost.example", type_mx, done); });
      BOOST_TEST(x.status
                 == (lenient ? dns_status::found : dns_status::temporary));
      BOOST_TEST(x.trust == (lenient ? dns_trust::insecure : dns_trust::bogus));
    }
    BOOST_TEST(warned.size() == 1U);
  }
}

BOOST_AUTO_TEST_CASE(a_wrong_server_is_named) {
  boost::asio::io_context loop;
  dns_section section;
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
