#include "actor_fixture.hpp"
#include "actors/runtime/observed.hpp"
#include "actors/runtime/service.hpp"

#include <stdexcept>

using namespace stagepost;
using namespace std::chrono_literals;

namespace {

using adder_actor = caf::typed_actor<caf::replies_to<int>::with<int>>;

struct adder_state {
  static inline const char* name = "adder";
  int sum = 0;
};

adder_actor::behavior_type adder(pointer<adder_actor, adder_state> self,
                                 roster* tree, const std::string& path) {
  self->join(*tree, path, "adder");
  return {[self](int x) {
    if (x < 0)
      throw std::range_error("too cold");
    return self->state.sum += x;
  }};
}

struct with_an_adder : test::actor_fixture {
  roster tree;
  adder_actor who = system.spawn(adder, &tree, std::string{"sums/one"});

  ~with_an_adder() {
    if (who)
      stop(who);
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(observed, with_an_adder)

BOOST_AUTO_TEST_CASE(an_actor_is_in_the_tree_while_it_lives) {
  settle();
  BOOST_TEST(tree.size() == 1U);
  BOOST_TEST(
    (tree.find("sums/one") == caf::actor_cast<caf::strong_actor_ptr>(who)));
  stop(who);
  BOOST_TEST(tree.size() == 0U);
  BOOST_TEST(!tree.find("sums/one"));
}

BOOST_AUTO_TEST_CASE(what_it_handles_and_what_waits_is_counted) {
  settle();
  const auto before = tree.read(1).at(0).handled;
  BOOST_TEST(ask<int>(who, 3) == 3);
  BOOST_TEST(ask<int>(who, 4) == 7);
  self->send(who, 1);
  auto x = tree.read(1).at(0);
  BOOST_TEST(x.handled == before + 2);
  BOOST_TEST(x.waiting == 1U);
  BOOST_TEST(x.busy.count() > 0);
  settle();
  x = tree.read(1).at(0);
  BOOST_TEST(x.handled == before + 3);
  BOOST_TEST(x.waiting == 0U);
}

BOOST_AUTO_TEST_CASE(an_exception_ends_it_and_says_why) {
  self->monitor(who);
  self->send(who, -1);
  settle();
  std::string why;
  self->receive([&](const caf::down_msg& x) { why = system.render(x.reason); },
                caf::after(0s) >> [] {});
  BOOST_TEST(why.find("too cold") != std::string::npos, why);
  BOOST_TEST(tree.size() == 0U);
}

BOOST_AUTO_TEST_CASE(who_asked_an_actor_that_crashed_hears_of_it) {
  const auto why = refused<int>(who, -1);
  BOOST_TEST(static_cast<bool>(why));
}

BOOST_AUTO_TEST_SUITE_END()
