#include "config/pattern.hpp"
#include "config/refusal.hpp"
#include "config/routing.hpp"
#include "test/config/files.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <optional>
#include <stdexcept>
#include <tuple>

namespace stagepost::config {

namespace {

constexpr std::string_view example = R"(
listeners:
  - {name: mx, address: "0.0.0.0:0"}
  - {name: office, address: "127.0.0.1:0"}
outlets:
  relay: {type: queue}
  nowhere: {type: discard}
routes:
  - {sender: "<>", recipient: "Lists@Example.com", to: nowhere}
  - {recipient: "/^spam[0-9]+@/", to: reject, reply: "550 5.1.1 No such user"}
  - {recipient: "@example.com", to: relay}
  - {recipient: postmaster, to: relay}
  - {listener: office, client: ["192.0.2.0/24", "::1"], to: relay}
  - {client: 198.51.100.7, sender: "@partner.example", to: relay}
  - {listener: office, to: reject}
)";

std::string told(const decision& x) {
  if (x.to != nullptr)
    return x.to->name;
  return std::to_string(x.refusal.code) + ' ' + x.refusal.text;
}

bool matches(std::string_view text, std::string_view address) {
  return std::get<pattern>(pattern::parse(text)).matches(address);
}

} // namespace

BOOST_AUTO_TEST_SUITE(routing)

BOOST_AUTO_TEST_CASE(the_first_route_that_matches_decides) {
  struct row {
    route_facts facts;
    std::string told;
    std::optional<std::size_t> by;
  };
  const row table[] = {
    {{"mx", "203.0.113.1", "", "lists@example.com"}, "nowhere", 0},
    {{"mx", "203.0.113.1", "a@b.example", "lists@example.com"}, "relay", 2},
    {{"mx", "203.0.113.1", "", "SPAM1@example.com"}, "550 No such user", 1},
    {{"mx", "203.0.113.1", "", "user@EXAMPLE.COM"}, "relay", 2},
    {{"mx", "203.0.113.1", "", "user@sub.example.com"},
     "550 Relaying denied",
     {}},
    {{"mx", "203.0.113.1", "", "user@example.com.evil.example"},
     "550 Relaying denied",
     {}},
    {{"mx", "203.0.113.1", "", "a@example.com@evil.example"},
     "550 Relaying denied",
     {}},
    {{"mx", "203.0.113.1", "", "example.com"}, "550 Relaying denied", {}},
    {{"mx", "203.0.113.1", "", "Postmaster"}, "relay", 3},
    {{"office", "192.0.2.77", "", "a@b.example"}, "relay", 4},
    {{"office", "::ffff:192.0.2.77", "", "a@b.example"}, "relay", 4},
    {{"office", "::1", "", "a@b.example"}, "relay", 4},
    {{"office", "192.0.3.1", "", "a@b.example"}, "550 Relaying denied", 6},
    {{"mx", "192.0.2.77", "", "a@b.example"}, "550 Relaying denied", {}},
    {{"mx", "198.51.100.7", "x@Partner.Example", "a@b.example"}, "relay", 5},
    {{"mx", "198.51.100.8", "x@partner.example", "a@b.example"},
     "550 Relaying denied",
     {}},
    {{"mx", "", "x@partner.example", "a@b.example"}, "550 Relaying denied", {}},
  };
  const auto config = good(read_text(example));
  const router routes(config);
  for (const auto& [facts, expected, by] : table) {
    const auto x = routes.decide(facts);
    BOOST_TEST(told(x) == expected,
               facts.recipient << " from " << facts.client);
    BOOST_TEST((x.by == nullptr) == !by.has_value());
    if (x.by != nullptr && by)
      BOOST_TEST(x.by->line == config.routes[*by].line);
  }
}

BOOST_AUTO_TEST_CASE(who_logged_in_may_have_a_route) {
  const auto config = good(read_text(R"(
auth: [{type: directory}]
outlets: {relay: {type: queue}, nowhere: {type: discard}}
routes:
  - {authenticated: "alice@example.com", sender: "@example.com", to: nowhere}
  - {authenticated: false, recipient: "@closed.example", to: reject}
  - {authenticated: yes, to: relay}
)" + std::string(least)));
  const router routes(config);
  const std::tuple<std::string_view, std::string_view, std::string_view,
                   std::string>
    table[] = {
      {"alice@example.com", "a@example.com", "x@y.example", "nowhere"},
      {"alice@example.com", "a@example.org", "x@y.example", "relay"},
      // Names are exact.
      {"Alice@example.com", "a@example.com", "x@y.example", "relay"},
      {"bob", "a@example.com", "x@closed.example", "relay"},
      {"", "a@example.com", "x@closed.example", "550 Relaying denied"},
      {"", "alice@example.com", "x@y.example", "550 Relaying denied"},
    };
  for (const auto& [user, sender, recipient, expected] : table)
    BOOST_TEST(told(routes.decide({"mx", "::1", sender, recipient, user}))
                 == expected,
               user << " from " << sender << " to " << recipient);
}

BOOST_AUTO_TEST_CASE(a_user_may_be_named_like_a_number) {
  const auto config = good(
    read_text("auth: [{type: directory}]\noutlets: {relay: {type: queue}}\n"
              "routes: [{authenticated: 1, to: relay}]\n"
              + std::string(least)));
  const router routes(config);
  BOOST_TEST(told(routes.decide({"mx", "::1", "", "a@b.c", "1"})) == "relay");
  BOOST_TEST(told(routes.decide({"mx", "::1", "", "a@b.c", "2"}))
             == "550 Relaying denied");
}

BOOST_AUTO_TEST_CASE(without_routes_everything_is_refused) {
  const auto x = router(configuration{}).decide({"mx", "::1", "", "a@b.c"});
  BOOST_TEST(x.to == nullptr);
  BOOST_TEST(x.by == nullptr);
  BOOST_TEST((x.refusal == smtp::reply{550, {5, 7, 1}, "Relaying denied"}));
}

BOOST_AUTO_TEST_CASE(the_router_outlives_the_configuration) {
  const router routes(good(read_text(example)));
  const auto x = routes.decide({"mx", "::1", "", "a@example.com"});
  BOOST_TEST_REQUIRE(x.to != nullptr);
  BOOST_TEST(x.to->name == "relay");
}

BOOST_AUTO_TEST_CASE(an_unchecked_configuration_is_a_bug_of_the_caller) {
  const auto refused = [](auto change) {
    configuration config;
    config.routes.emplace_back().to = "reject";
    change(config.routes.back());
    BOOST_CHECK_THROW(router{config}, std::invalid_argument);
  };
  refused([](route& x) { x.to = "nowhere"; });
  refused([](route& x) { x.sender = "/(/"; });
  refused([](route& x) { x.reply = "250 fine"; });
  refused([](route& x) { x.client = {{"any", 0}}; });
}

BOOST_AUTO_TEST_CASE(a_domain_of_another_script_has_two_spellings) {
  for (const auto* domain :
       {"exämple.org", "EXÄMPLE.org", "xn--exmple-cua.org"})
    for (const auto* its : {"exämple.org", "Xn--Exmple-Cua.ORG"}) {
      const auto at = std::string{"@"} + domain;
      BOOST_TEST(matches(at, std::string{"x@"} + its));
      BOOST_TEST(!matches(at, std::string{"x@a."} + its));
      BOOST_TEST(matches("Jörg" + at, std::string{"jörg@"} + its));
      BOOST_TEST(!matches("jorg" + at, std::string{"jörg@"} + its));
    }
  BOOST_TEST(matches("/^jörg@/", "JÖRG@example.org"));
}

BOOST_AUTO_TEST_CASE(a_pattern_matches_whatever_the_case) {
  const std::tuple<std::string_view, std::string_view, bool> table[] = {
    {"User@Example.com", "uSER@eXAMPLE.COM", true},
    {"user@example.com", "user@example.org", false},
    {"user@example.com", "xuser@example.com", false},
    {"@Example.com", "a@eXAMPLE.com", true},
    {"@[192.0.2.1]", "a@[192.0.2.1]", true},
    {"/bounce/", "a+BOUNCE+b@example.com", true},
    {"/^bounce/", "a+bounce@example.com", false},
    {"/@example\\.(com|net)$/", "a@example.net", true},
    {"/@example\\.(com|net)$/", "a@example.netx", false},
    {"/^$/", "", true},
    {"<>", "", true},
    {"<>", "a@b.c", false},
    {"/./", "\xff", true},
  };
  for (const auto& [text, address, matched] : table)
    BOOST_TEST(matches(text, address) == matched, text << " " << address);
}

BOOST_AUTO_TEST_CASE(a_hostile_address_costs_no_more_than_its_length) {
  const auto begin = std::chrono::steady_clock::now();
  const std::string address = std::string(320, 'a') + '!';
  for (int i = 0; i < 100; ++i)
    BOOST_TEST(!matches("/^(a+)+$/", address));
  BOOST_TEST(!matches("/./", std::string(1'000'000, 'a')));
  BOOST_TEST(
    (std::chrono::steady_clock::now() - begin < std::chrono::seconds(10)));
}

BOOST_AUTO_TEST_CASE(an_expression_that_would_need_much_memory_is_refused) {
  for (const std::string& text :
       {std::string("//"), std::string("/((((a{1000}){1000}){1000}){1000})/"),
        std::string("/(a{500}){500}/"), '/' + std::string(5000, 'a') + '/',
        std::string("/a(?=b)/"), std::string("/(a)\\1/"), std::string("/")})
    BOOST_TEST(std::holds_alternative<std::string>(pattern::parse(text)));
}

BOOST_AUTO_TEST_CASE(a_refusal_has_a_code_and_perhaps_more) {
  const std::pair<std::string_view, smtp::reply> table[] = {
    {"550 5.7.1 Relaying denied", {550, {5, 7, 1}, "Relaying denied"}},
    {"450 4.2.1 Later", {450, {4, 2, 1}, "Later"}},
    {"554 No", {554, {}, "No"}},
    {"554", {554, {}, ""}},
    {"554 5.7.1", {554, {5, 7, 1}, ""}},
    {"554 5.7 No", {554, {}, "5.7 No"}},
    {"554 5.7.1234 No", {554, {}, "5.7.1234 No"}},
    {"554 5.7.1.1 No", {554, {}, "5.7.1.1 No"}},
  };
  for (const auto& [text, expected] : table)
    BOOST_TEST((std::get<smtp::reply>(parse_refusal(text)) == expected), text);
  for (const std::string& text :
       {std::string(), std::string("no"), std::string("250 ok"),
        std::string("55 no"), std::string("5500 no"), std::string("560 no"),
        std::string("354 no"), std::string("550-no"), std::string("421 bye"),
        std::string("550 4.7.1 no"), std::string("550 2.0.0 no"),
        std::string("550 a\r\nb"), std::string("550 m\xc3\xbcll"),
        "550 " + std::string(491, 'a')})
    BOOST_TEST(std::holds_alternative<std::string>(parse_refusal(text)), text);
}

BOOST_AUTO_TEST_CASE(a_route_may_be_for_the_domains_in_the_directory) {
  const auto config = good(read_text(R"(
listeners: [{name: mx, address: "0.0.0.0:0"}]
outlets: {relay: {type: queue}, nowhere: {type: discard}}
routes:
  - {recipient: "@first.example", to: nowhere}
  - {recipient_domain: local, sender: "@partner.example", to: nowhere}
  - {recipient_domain: local, to: relay}
  - {recipient_domain: any, client: 127.0.0.1, to: nowhere}
)"));
  const router routes{config};
  BOOST_TEST(routes.asks_directory());
  const local_domains ours{{"example.com"}};
  const auto to = [&](std::string_view recipient, const local_domains* known,
                      std::string_view sender = "a@b.example") {
    return told(
      routes.decide({"mx", "192.0.2.1", sender, recipient, "", known}));
  };
  BOOST_TEST(to("x@example.com", &ours) == "relay");
  BOOST_TEST(to("x@example.com", &ours, "a@partner.example") == "nowhere");
  BOOST_TEST(to("x@other.example", &ours) == "550 Relaying denied");
  const auto found = routes.explain(
    {"mx", "192.0.2.1", "a@b.example", "x@example.com", "", &ours});
  BOOST_TEST(found.back().matched);
  BOOST_TEST(found.back().why == "all is met: its domain is in the directory");
  // Before the directory has been read nobody can tell, except where it does
  // not matter.
  const local_domains unread;
  for (const auto* x : {&unread, static_cast<const local_domains*>(nullptr)}) {
    BOOST_TEST(to("x@first.example", x) == "nowhere");
    BOOST_TEST(to("x@example.com", x).starts_with("451 Which domains"));
    const auto undecided = routes.explain(
      {"mx", "192.0.2.1", "a@b.example", "x@example.com", "", x});
    BOOST_TEST(undecided.size() == 3U);
    BOOST_TEST(!undecided.back().matched);
  }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace stagepost::config
