#include "mail/mta_sts.hpp"

#include <boost/test/unit_test.hpp>

using namespace stagepost;
using namespace std::chrono_literals;
using mode = sts_policy::mode_type;

namespace {

std::string policy(const std::string& rest) {
  return "version: STSv1\n" + rest;
}

std::string id(const std::vector<std::string>& texts) {
  return sts_id(texts).value_or("none");
}

} // namespace

BOOST_AUTO_TEST_SUITE(mta_sts)

BOOST_AUTO_TEST_CASE(a_policy_is_read) {
  const auto x = parse_sts_policy("version: STSv1\r\nmode: enforce\r\n"
                                  "mx: Mail.example.com\r\n"
                                  "mx: *.example.net\r\nmax_age: 604800\r\n");
  BOOST_TEST_REQUIRE(x.has_value());
  BOOST_TEST((*x
              == sts_policy{mode::enforce,
                            604'800s,
                            {"mail.example.com", "*.example.net"}}));
}

BOOST_AUTO_TEST_CASE(policies_may_be_written_in_many_ways) {
  const struct {
    std::string text;
    sts_policy means;
  } table[] = {
    {policy("mode: none\nmax_age: 0"), {mode::none, 0s, {}}},
    {"mx:a.b\nmax_age:1\nmode:testing\nversion:STSv1",
     {mode::testing, 1s, {"a.b"}}},
    {policy("mode:\tenforce \t\nmax_age: 9999999999\nmx: a.b\n\n \n"),
     {mode::enforce, 31'557'600s, {"a.b"}}},
    {policy("mode: enforce\nmode: none\nmax_age: 5\nmax_age: x\nmx: a.b"),
     {mode::enforce, 5s, {"a.b"}}},
    {policy("mode: enforce\nmax_age: 5\nmx: a.b\nfuture: \xc3\xa9\nx-y.z: 1"),
     {mode::enforce, 5s, {"a.b"}}},
    {policy("version: STSv2\nmode: none\nmax_age: 1"), {mode::none, 1s, {}}},
  };
  for (const auto& x : table) {
    const auto found = parse_sts_policy(x.text);
    BOOST_TEST_REQUIRE(found.has_value(), x.text);
    BOOST_TEST((*found == x.means), x.text);
  }
}

BOOST_AUTO_TEST_CASE(what_is_no_policy_is_refused) {
  const std::string table[] = {
    "",
    "\n\n",
    "mode: none\nmax_age: 1",                 // no version
    "version: STSv2\nmode: none\nmax_age: 1", // another one
    "VERSION: STSv1\nmode: none\nmax_age: 1", // names have their case
    policy("max_age: 1"),                     // no mode
    policy("mode: none"),                     // no max_age
    policy("mode: enforce\nmax_age: 1"),      // no mx
    policy("mode: testing\nmax_age: 1"),
    policy("mode: Enforce\nmax_age: 1\nmx: a"),
    policy("mode: \nmax_age: 1\nmx: a"),
    policy("mode: enforce\nmax_age: -1\nmx: a"),
    policy("mode: enforce\nmax_age: 1d\nmx: a"),
    policy("mode: enforce\nmax_age:\nmx: a"),
    policy("mode: enforce\nmax_age: 12345678901\nmx: a"),
    policy("mode: none\nmax_age: 1\nno pair"),
    policy("mode: none\nmax_age: 1\n: x"),
    policy("mode: none\nmax_age: 1\na b: x"),
    policy("mode: enforce\nmax_age: 1\nmx: "),
    policy("mode: enforce\nmax_age: 1\nmx: *"),
    policy("mode: enforce\nmax_age: 1\nmx: *."),
    policy("mode: enforce\nmax_age: 1\nmx: a.*.b"),
    policy("mode: enforce\nmax_age: 1\nmx: *a.b"),
    policy("mode: enforce\nmax_age: 1\nmx: .a"),
    policy("mode: enforce\nmax_age: 1\nmx: a..b"),
    policy("mode: enforce\nmax_age: 1\nmx: a."),
    policy("mode: enforce\nmax_age: 1\nmx: -a.b"),
    policy("mode: enforce\nmax_age: 1\nmx: a.b, c.d"),
    policy("mode: enforce\nmax_age: 1\nmx: [192.0.2.1]"),
    policy("mode: enforce\nmax_age: 1\nmx: a.b\nmx: c d"),
    policy("mode: enforce\nmax_age: 1\nmx: " + std::string(64, 'a')),
    "<!DOCTYPE html>\n<html>",
  };
  for (const auto& x : table)
    BOOST_TEST((parse_sts_policy(x).error() == format_errc::syntax), x);
}

BOOST_AUTO_TEST_CASE(a_policy_has_limits) {
  auto text = policy("mode: none\nmax_age: 1\n");
  text.append(longest_sts_policy - text.size(), '\n');
  BOOST_TEST(parse_sts_policy(text).has_value());
  BOOST_TEST((parse_sts_policy(text + '\n').error() == format_errc::too_long));
  auto hosts = policy("mode: enforce\nmax_age: 1\n");
  for (int i = 0; i < 256; ++i)
    hosts += "mx: a.b\n";
  BOOST_TEST(parse_sts_policy(hosts).has_value());
  BOOST_TEST(
    (parse_sts_policy(hosts + "mx: a.b").error() == format_errc::too_long));
}

BOOST_AUTO_TEST_CASE(a_record_announces_an_id) {
  BOOST_TEST(id({"v=STSv1; id=20160831085700Z;"}) == "20160831085700Z");
  BOOST_TEST(id({"v=STSv1;id=1"}) == "1");
  BOOST_TEST(id({"v=STSv1 ;\tid=1 ; future=*x/y; id=2"}) == "1");
  BOOST_TEST(id({"v=spf1 -all", "v=STSv1; id=a1", "v=STSv12; id=b"}) == "a1");
  BOOST_TEST(id({"v=STSv1; id=" + std::string(32, 'x')}).size() == 32U);
}

BOOST_AUTO_TEST_CASE(anything_else_announces_nothing) {
  for (const auto* x :
       {"", "v=STSv1", "v=STSv1;", "v=STSv1; id=", "v=STSv1; id=a-b",
        "v=STSv1; id=a b", "v=STSv1; ID=1", "v=STSv1; id", "v=STSv1 id=1",
        "V=STSv1; id=1", "v=stsv1; id=1", " v=STSv1; id=1", "id=1; v=STSv1",
        "v=STSv1; id=1; =x", "v=STSv1; id=1; x=", "v=STSv1;; id=1",
        "v=STSv1; id=1; x=a=b", "v=STSv1; id=\xff"})
    BOOST_TEST(id({x}) == "none", x);
  BOOST_TEST(id({"v=STSv1; id=" + std::string(33, 'x')}) == "none");
  BOOST_TEST(id({}) == "none");
  BOOST_TEST(id({"v=STSv1; id=1", "v=STSv1; id=1"}) == "none", "two of them");
}

BOOST_AUTO_TEST_CASE(a_star_stands_for_one_label) {
  const sts_policy x{mode::enforce, 1s, {"mx.example.com", "*.example.net"}};
  const struct {
    const char* host;
    bool named;
  } table[] = {
    {"mx.example.com", true},
    {"MX.Example.COM.", true},
    {"a.example.net", true},
    {"a.b.example.net", false},
    {"example.net", false},
    {".example.net", false},
    {"example.com", false},
    {"xmx.example.com", false},
    {"mx.example.com.x", false},
    {"", false},
    {"net", false},
  };
  for (const auto& y : table)
    BOOST_TEST(names_host(x, y.host) == y.named, y.host);
}

BOOST_AUTO_TEST_SUITE_END()
