#include "actors/http/explanation.hpp"

#include <boost/test/unit_test.hpp>

using namespace stagepost;

namespace {

namespace json = boost::json;

struct with_routes {
  config::configuration config;

  with_routes() {
    config.listeners.resize(3);
    config.listeners[0].name = "status";
    config.listeners[0].protocol = config::listener_protocol::http;
    config.listeners[1].name = "mx";
    config.listeners[2].name = "submission";
    config.outlets = {{"relay", config::outlet_type::queue},
                      {"nowhere", config::outlet_type::discard}};
    config.egress.default_hostname = "mx.example.com";
    add("nowhere").listener = "submission";
    add("nowhere").authenticated = std::string{"anna"};
    add("reject").sender = "@spam.example";
    add("relay").recipient = "@one.example";
    for (std::size_t i = 0; i < config.routes.size(); ++i) {
      config.routes[i].file = "a.yaml";
      config.routes[i].line = static_cast<int>(i) + 1;
    }
  }

  config::route& add(const std::string& to) {
    config::route x;
    x.to = to;
    config.routes.push_back(x);
    return config.routes.back();
  }

  std::variant<json::object, explanation_fault>
  told(const explained_mail& x) const {
    return stagepost::explain(config, config::router{config}, x);
  }

  json::object page(const explained_mail& x) const {
    auto out = told(x);
    BOOST_REQUIRE(std::holds_alternative<json::object>(out));
    return std::get<json::object>(std::move(out));
  }

  static std::string outcome(const json::object& x) {
    const auto& y = x.at("outcome").get_object();
    return std::string{
      (y.contains("outlet") ? y.at("outlet") : y.at("reply")).get_string()};
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(explanation, with_routes)

BOOST_AUTO_TEST_CASE(the_route_that_matches_is_the_last_one_looked_at) {
  const auto x = page({"a@two.example", "b@one.example"});
  BOOST_TEST(outcome(x) == "relay");
  BOOST_TEST(x.at("listener") == "mx"); // the first that takes mail
  const auto& routes = x.at("routes").get_array();
  BOOST_REQUIRE(routes.size() == 4U);
  BOOST_TEST(routes[0].at("why") == "it is for listener submission, not mx");
  BOOST_TEST(routes[1].at("why") == "it is for anna, and nobody logged in");
  BOOST_TEST(routes[2].at("why") == "the sender is not @spam.example");
  BOOST_TEST(routes[3].at("matched") == true);
  BOOST_TEST(routes[3].at("place") == "a.yaml:4");
  BOOST_TEST(x.at("delivery").at("domain") == "one.example");
  BOOST_TEST(x.at("egress").get_array()[0].at("hostname") == "mx.example.com");
}

BOOST_AUTO_TEST_CASE(what_the_question_says_decides) {
  BOOST_TEST(outcome(page({"<>", "b@one.example", "", "submission"}))
             == "nowhere");
  BOOST_TEST(outcome(page({"<>", "b@one.example", "", "", "anna"}))
             == "nowhere");
  BOOST_TEST(outcome(page({"x@spam.example", "b@one.example"}))
             == "550 5.7.1 Relaying denied");
  BOOST_TEST(outcome(page({"<>", "a%b@one.example"}))
             == "550 5.7.1 Addresses that name a way on are not relayed");
  const auto x = page({"<>", "b@two.example"});
  BOOST_TEST(outcome(x) == "550 5.7.1 Relaying denied");
  BOOST_TEST(x.at("routes").get_array().back().at("matched") == false);
}

BOOST_AUTO_TEST_CASE(an_outlet_says_where_it_takes_mail) {
  auto& http = config.outlets.emplace_back();
  http.name = "print";
  http.type = config::outlet_type::http;
  http.http.url = "https://print.example/jobs";
  http.fallback = "relay";
  auto& command = config.outlets.emplace_back();
  command.name = "tool";
  command.type = config::outlet_type::command;
  command.command.run = {"/bin/tool", "-x"};
  add("print").recipient = "@print.example";
  add("tool").recipient = "@tool.example";
  BOOST_TEST(page({"<>", "b@print.example"}).at("outcome")
             == json::parse(R"({"outlet": "print", "type": "http", "url":
               "https://print.example/jobs", "fallback": "relay"})"));
  BOOST_TEST(page({"<>", "b@tool.example"}).at("outcome")
             == json::parse(R"({"outlet": "tool", "type": "command",
               "run": ["/bin/tool", "-x"]})"));
}

BOOST_AUTO_TEST_CASE(a_domain_of_its_own_settings_says_so) {
  auto settings = config.delivery.defaults;
  settings.connections = 2;
  auto& hop = settings.next_hop.emplace_back();
  hop.host = "192.0.2.1";
  hop.port = 2525;
  config.delivery.domains["one.example"] = settings;
  const auto x = page({"<>", "b@One.Example"}).at("delivery").as_object();
  BOOST_TEST(x.at("settings") == "delivery.domains.one.example");
  BOOST_TEST(x.at("connections") == 2);
  BOOST_TEST(x.at("by_mx") == false);
  BOOST_TEST(x.at("next_hops").get_array()[0].at("port") == 2525);
}

BOOST_AUTO_TEST_CASE(what_is_no_question_is_refused) {
  for (const auto& x : {explained_mail{"a@b.example", ""},
                        {"a@b.example", "nobody@"},
                        {"a b", "c@d.example"},
                        {"", "c@d.example", "", "status"},
                        {"", "c@d.example", "", "nowhere"}})
    BOOST_TEST(std::holds_alternative<explanation_fault>(told(x)));
}

BOOST_AUTO_TEST_SUITE_END()
