#include "actors/rules.hpp"

#include <boost/test/unit_test.hpp>

using namespace stagepost;

namespace {

config::configuration usual() {
  config::configuration out;
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

BOOST_AUTO_TEST_SUITE_END()
