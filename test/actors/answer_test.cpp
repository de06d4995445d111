#include "actors/http/answer.hpp"

#include <boost/test/unit_test.hpp>

using namespace stagepost;

BOOST_AUTO_TEST_SUITE(answer)

BOOST_AUTO_TEST_CASE(a_target_is_a_path_and_a_query) {
  const auto x = parse_target("/queue?state=held&domain=example.com");
  BOOST_TEST(x.path == "/queue");
  BOOST_TEST(x.query.size() == 2U);
  BOOST_TEST(x.query.at("state") == "held");
  BOOST_TEST(x.query.at("domain") == "example.com");
}

BOOST_AUTO_TEST_CASE(a_query_is_decoded) {
  const auto x = parse_target("/q?sender=a%2Bb%40x.example&text=one+two&%61=%");
  BOOST_TEST(x.query.at("sender") == "a+b@x.example");
  BOOST_TEST(x.query.at("text") == "one two");
  BOOST_TEST(x.query.at("a") == "%");
}

BOOST_AUTO_TEST_CASE(a_plus_in_a_path_is_a_plus) {
  BOOST_TEST(parse_target("/queue/a+b%20c").path == "/queue/a+b c");
}

BOOST_AUTO_TEST_CASE(what_is_decoded_divides_nothing) {
  const auto x = parse_target("/a%3Fb?c=d%26e%3Df");
  BOOST_TEST(x.path == "/a?b");
  BOOST_TEST(x.query.size() == 1U);
  BOOST_TEST(x.query.at("c") == "d&e=f");
}

BOOST_AUTO_TEST_CASE(odd_targets_are_taken_as_they_are) {
  BOOST_TEST(parse_target("").path.empty());
  BOOST_TEST(parse_target("/?").query.empty());
  BOOST_TEST(parse_target("/?a").query.at("a").empty());
  BOOST_TEST(parse_target("/?=a").query.at("") == "a");
  BOOST_TEST(parse_target("/?a=1&a=2").query.at("a") == "2");
  BOOST_TEST(parse_target("/?a=b=c").query.at("a") == "b=c");
  BOOST_TEST(parse_target("/?a?b=c").query.at("a?b") == "c");
  BOOST_TEST(parse_target("/?&&a=1&").query.at("a") == "1");
  for (const auto* text : {"/%", "/%4", "/%zz", "/%-1", "/%+1", "/% 1"})
    BOOST_TEST(parse_target(text).path == text);
}

BOOST_AUTO_TEST_CASE(an_answer_is_json_with_its_status) {
  const auto x = json_answer(boost::json::object{{"count", 3}}, 202);
  BOOST_TEST(x.status == 202U);
  BOOST_TEST(x.content_type == "application/json");
  BOOST_TEST(x.body == "{\"count\":3}\n");
  const auto y = error_answer(404, "no \"such\" page");
  BOOST_TEST(y.status == 404U);
  BOOST_TEST(y.body == "{\"error\":\"no \\\"such\\\" page\"}\n");
}

BOOST_AUTO_TEST_SUITE_END()
