#include "actor_fixture.hpp"
#include "actors/runtime/service.hpp"

using namespace stagepost;

namespace {

using echo_actor = caf::typed_actor<caf::replies_to<int>::with<int>>;

echo_actor::behavior_type echo(echo_actor::pointer, int offset) {
  return {[offset](int x) { return x + offset; }};
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(service, test::actor_fixture)

BOOST_AUTO_TEST_CASE(nobody_serves_at_first) {
  const stagepost::service<echo_actor> desk;
  BOOST_TEST(!desk.get());
}

BOOST_AUTO_TEST_CASE(who_serves_is_found) {
  stagepost::service<echo_actor> desk;
  const auto who = system.spawn(echo, 3);
  desk.set(who);
  BOOST_TEST(ask<int>(desk.get(), 4) == 7);
  stop(who);
}

BOOST_AUTO_TEST_CASE(the_next_one_takes_the_place) {
  stagepost::service<echo_actor> desk;
  const auto first = system.spawn(echo, 3);
  const auto second = system.spawn(echo, 3);
  desk.set(first);
  desk.set(second);
  BOOST_TEST((desk.get() == second));
  stop(first);
  stop(second);
}

BOOST_AUTO_TEST_CASE(a_service_keeps_nobody_alive) {
  stagepost::service<echo_actor> desk;
  desk.set(system.spawn(echo, 3));
  settle();
  BOOST_TEST(!desk.get());
}

BOOST_AUTO_TEST_CASE(asking_where_nobody_serves_is_answered_by_an_error) {
  const stagepost::service<echo_actor> desk;
  BOOST_TEST(static_cast<bool>(refused<int>(desk.get(), 4)));
}

BOOST_AUTO_TEST_SUITE_END()
