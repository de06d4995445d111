#include "config/egress_plan.hpp"
#include "test/config/files.hpp"

#include <boost/test/unit_test.hpp>

#include <map>

using namespace stagepost;
using namespace stagepost::config;

namespace {

using lines = std::vector<std::string>;

egress_plan plan_of(const std::string& section, const std::string& more = {}) {
  return egress_plan{
    good(read_text("node: {hostname: mx.example.com}\n" + more + "egress:\n"
                   + section + std::string(least)))
      .egress};
}

/// "192.0.2.1/mx.example.com" for each way.
lines ways(const egress_plan& plan, const egress_facts& x) {
  lines out;
  for (const auto& y : plan.ways(x))
    out.push_back(to_string(y));
  return out;
}

std::string first_way(const egress_plan& plan, const egress_facts& x) {
  return ways(plan, x).front();
}

constexpr const char* users = "auth: [{type: directory}]\n";

constexpr const char* rules = R"(
  addresses: [192.0.2.1]
  pools:
    six: [{ip: [192.0.2.60, "2001:DB8::60"], hostname: six.example}]
  rules:
    - {domain: Both.example, ip: 192.0.2.10, hostname: both.example}
    - {domain: ip.example, ip: 192.0.2.11}
    - {domain: name.example, hostname: name.example}
    - {domain: [one.example, "*.two.example"], ip: 192.0.2.12}
    - {domain: "*.a.two.example", ip: 192.0.2.13}
    - {domain: late.example, user: [alice, bob], ip: 192.0.2.14}
    - {user: alice, ip: 192.0.2.15}
    - {arrival_ip: ["192.0.2.200", "2001:db8::1"], pool: six}
    - {domain: late.example, ip: 192.0.2.16}
)";

} // namespace

BOOST_AUTO_TEST_SUITE(egress_plan)

BOOST_AUTO_TEST_CASE(the_first_rule_that_matches_decides) {
  const auto plan = plan_of(rules, users);
  const std::pair<egress_facts, std::string> table[] = {
    {{"both.example", "", ""}, "192.0.2.10/both.example"},
    {{"BOTH.example", "", ""}, "192.0.2.10/both.example"},
    {{"sub.both.example", "", ""}, "192.0.2.1/mx.example.com"},
    {{"ip.example", "", ""}, "192.0.2.11/mx.example.com"},
    {{"name.example", "", ""}, "192.0.2.1/name.example"},
    {{"one.example", "", ""}, "192.0.2.12/mx.example.com"},
    {{"two.example", "", ""}, "192.0.2.1/mx.example.com"},
    {{"x.two.example", "", ""}, "192.0.2.12/mx.example.com"},
    // Not the nearest pattern: the first rule.
    {{"x.a.two.example", "", ""}, "192.0.2.12/mx.example.com"},
    {{"xtwo.example", "", ""}, "192.0.2.1/mx.example.com"},
    {{"late.example", "", "alice"}, "192.0.2.14/mx.example.com"},
    {{"late.example", "", "bob"}, "192.0.2.14/mx.example.com"},
    {{"late.example", "", "Bob"}, "192.0.2.16/mx.example.com"},
    {{"late.example", "", ""}, "192.0.2.16/mx.example.com"},
    {{"other.example", "", "alice"}, "192.0.2.15/mx.example.com"},
    {{"", "", "alice"}, "192.0.2.15/mx.example.com"},
    {{"late.example", "192.0.2.200", ""}, "192.0.2.60/six.example"},
    {{"other.example", "2001:db8::1", ""}, "192.0.2.60/six.example"},
    {{"other.example", "192.0.2.201", ""}, "192.0.2.1/mx.example.com"},
    {{"", "", ""}, "192.0.2.1/mx.example.com"},
    {{".", "", ""}, "192.0.2.1/mx.example.com"},
  };
  for (const auto& [facts, expected] : table)
    BOOST_TEST(first_way(plan, facts) == expected,
               facts.domain << ' ' << facts.user << ' ' << facts.arrival_ip);
}

BOOST_AUTO_TEST_CASE(without_addresses_the_system_chooses) {
  const auto plan = plan_of("  default_hostname: MX2.example\n");
  BOOST_TEST(ways(plan, {}) == lines{"/mx2.example"},
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_pair_serves_both_families_under_one_name) {
  const auto plan = plan_of(rules, users);
  BOOST_TEST((ways(plan, {"", "192.0.2.200", ""})
              == lines{"192.0.2.60/six.example", "2001:db8::60/six.example"}));
}

BOOST_AUTO_TEST_CASE(a_message_keeps_its_way) {
  const auto plan = plan_of("  addresses: [192.0.2.1, 192.0.2.2, 192.0.2.3]\n");
  for (std::uint64_t id = 0; id < 50; ++id)
    BOOST_TEST((ways(plan, {.seed = id}) == ways(plan, {.seed = id})));
}

BOOST_AUTO_TEST_CASE(all_addresses_have_their_share) {
  const auto plan = plan_of(R"(
  addresses: [192.0.2.1, 192.0.2.2, "2001:db8::1", "2001:db8::2"]
  pools:
    news:
      - {ip: 192.0.2.11, hostname: n1.example, weight: 6}
      - {ip: 192.0.2.12, hostname: n2.example, weight: 3}
      - {ip: 192.0.2.13, hostname: n3.example}
      - {ip: 192.0.2.14, hostname: spare.example, weight: 0}
  rules: [{domain: news.example, pool: news}]
)");
  std::map<std::string, int> firsts;
  std::map<std::string, int> sixes;
  for (std::uint64_t id = 0; id < 10'000; ++id) {
    // As ids are: neighbours, in steps.
    ++firsts[first_way(plan, {"news.example", "", "", {}, id << 22U})];
    for (const auto& x : plan.ways({.seed = id}))
      if (x.ip.starts_with("2001")) {
        ++sixes[x.ip];
        break;
      }
  }
  BOOST_TEST(firsts.size() == 3U);
  BOOST_TEST(std::abs(firsts["192.0.2.11/n1.example"] - 6000) < 250);
  BOOST_TEST(std::abs(firsts["192.0.2.12/n2.example"] - 3000) < 250);
  BOOST_TEST(std::abs(firsts["192.0.2.13/n3.example"] - 1000) < 250);
  BOOST_TEST(std::abs(sixes["2001:db8::1"] - 5000) < 250);
}

BOOST_AUTO_TEST_CASE(a_spare_address_comes_after_all_others) {
  const auto plan = plan_of(R"(
  pools:
    news:
      - {ip: 192.0.2.14, hostname: spare.example, weight: 0}
      - {ip: 192.0.2.11, hostname: n1.example}
      - {ip: 192.0.2.12, hostname: n2.example}
  rules: [{pool: news}]
)");
  for (std::uint64_t id = 0; id < 50; ++id)
    BOOST_TEST(ways(plan, {.seed = id}).at(2) == "192.0.2.14/spare.example");
}

BOOST_AUTO_TEST_CASE(an_address_that_goes_moves_only_its_own_messages) {
  const auto before
    = plan_of("  addresses: [192.0.2.1, 192.0.2.2, 192.0.2.3, 192.0.2.4]\n");
  const auto after
    = plan_of("  addresses: [192.0.2.4, 192.0.2.1, 192.0.2.3]\n");
  for (std::uint64_t id = 0; id < 200; ++id) {
    const auto was = ways(before, {.seed = id});
    const auto is = first_way(after, {.seed = id});
    BOOST_TEST(is == (was[0].starts_with("192.0.2.2/") ? was[1] : was[0]));
  }
}

BOOST_AUTO_TEST_CASE(no_message_gets_more_than_three_of_a_family) {
  std::string all = "  addresses: [192.0.2.1";
  for (int i = 2; i < 100; ++i)
    all += ", 192.0.2." + std::to_string(i);
  const auto plan = plan_of(all + "]\n");
  BOOST_TEST(ways(plan, {.seed = 7}).size() == 3U);
}

BOOST_AUTO_TEST_CASE(a_wish_comes_before_every_rule) {
  const auto plan = plan_of(rules, users);
  const std::pair<egress_way, lines> table[] = {
    {{"192.0.2.99", "a.example"}, {"192.0.2.99/a.example"}},
    // The name goes with the address.
    {{"192.0.2.10", ""}, {"192.0.2.10/both.example"}},
    {{"2001:db8::60", ""}, {"2001:db8::60/six.example"}},
    {{"192.0.2.99", ""}, {"192.0.2.99/mx.example.com"}},
    // The address goes with the name.
    {{"", "six.example"},
     {"192.0.2.60/six.example", "2001:db8::60/six.example"}},
    {{"", "a.example"}, {"192.0.2.11/a.example"}},
    {{"", "name.example"}, {"192.0.2.11/name.example"}},
    {{"", ""}, {"192.0.2.11/mx.example.com"}},
  };
  for (const auto& [wish, expected] : table)
    BOOST_TEST(ways(plan, {"ip.example", "", "", wish}) == expected,
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(rules_for_a_domain_are_told_from_others) {
  const auto plan = plan_of(rules, users);
  BOOST_TEST(plan.has_rule_for_domain({"both.example", "", ""}));
  // What covers all below some domain was not written for this one.
  BOOST_TEST(!plan.has_rule_for_domain({"a.two.example", "", ""}));
  BOOST_TEST(!plan.has_rule_for_domain({"other.example", "", "alice"}));
  BOOST_TEST(!plan.has_rule_for_domain({"other.example", "", ""}));
}

BOOST_AUTO_TEST_CASE(all_ways_are_told_once) {
  const auto section = [](const std::string& text) {
    return good(read_text("node: {hostname: mx.example.com}\negress:\n" + text
                          + std::string(least)))
      .egress;
  };
  const auto told = [](const egress_section& x) {
    lines out;
    for (const auto& way : all_ways(x))
      out.push_back(to_string(way));
    return out;
  };
  BOOST_TEST((told(section("  rules: []\n")) == lines{"/mx.example.com"}));
  BOOST_TEST(
    (told(section("  rules: [{domain: a.example, ip: 192.0.2.1}, "
                  "{domain: b.example, hostname: b.example}]\n"))
     == lines{"/mx.example.com", "192.0.2.1/mx.example.com", "/b.example"}));
  BOOST_TEST(
    (told(section("  addresses: [192.0.2.1]\n"
                  "  pools: {p: [{ip: 192.0.2.2, hostname: p}, "
                  "{ip: 192.0.2.1}]}\n"
                  "  rules: [{user: a, pool: p}, {hostname: h}]\n"
                  "auth: [{type: directory}]\n"))
     == lines{"192.0.2.1/mx.example.com", "192.0.2.2/p", "192.0.2.1/h"}));
}

BOOST_AUTO_TEST_SUITE_END()
