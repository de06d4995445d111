#include "actors/runtime/roster.hpp"

#include <boost/test/unit_test.hpp>

using namespace stagepost;

namespace {

struct with_three {
  stagepost::roster tree;
  actor_record a, b, c;

  with_three() {
    enter(b, "smtp/b");
    enter(a, "smtp/a");
    enter(c, "smtp");
  }

  void enter(actor_record& x, const char* path) {
    x.path = path;
    x.kind = "session";
    tree.join(x);
  }

  std::vector<std::string> paths(std::size_t limit = 100) const {
    std::vector<std::string> out;
    for (const auto& x : tree.read(limit))
      out.push_back(x.path + ' ' + x.state);
    return out;
  }
};

using lines = std::vector<std::string>;

} // namespace

BOOST_FIXTURE_TEST_SUITE(roster, with_three)

BOOST_AUTO_TEST_CASE(all_who_live_are_shown_by_path) {
  BOOST_TEST(
    (paths() == lines{"smtp running", "smtp/a running", "smtp/b running"}));
  BOOST_TEST(tree.size() == 3U);
}

BOOST_AUTO_TEST_CASE(who_has_left_is_not_shown) {
  tree.leave(a);
  tree.leave(a); // twice is once
  BOOST_TEST((paths() == lines{"smtp running", "smtp/b running"}));
  tree.leave(b);
  tree.leave(c);
  BOOST_TEST(tree.size() == 0U);
  BOOST_TEST(tree.read(100).empty());
  tree.join(a);
  BOOST_TEST((paths() == lines{"smtp/a running"}));
}

BOOST_AUTO_TEST_CASE(a_reading_has_a_limit) {
  BOOST_TEST(tree.read(2).size() == 2U);
  BOOST_TEST(tree.read(0).empty());
}

BOOST_AUTO_TEST_CASE(what_an_actor_counts_is_shown) {
  a.received = 12;
  a.handled = 10;
  a.busy_ns = 1500;
  const auto x = tree.read(100)[1];
  BOOST_TEST(x.kind == "session");
  BOOST_TEST(x.handled == 10U);
  BOOST_TEST(x.waiting == 2U);
  BOOST_TEST(x.busy.count() == 1500);
}

BOOST_AUTO_TEST_CASE(counters_read_out_of_step_show_nobody_waiting) {
  a.received = 9;
  a.handled = 10;
  BOOST_TEST(tree.read(100)[1].waiting == 0U);
}

BOOST_AUTO_TEST_CASE(a_place_remembers_its_dead) {
  tree.leave(a);
  tree.died("smtp/a", "division by zero", true);
  BOOST_TEST(
    (paths() == lines{"smtp running", "smtp/a restarting", "smtp/b running"}));
  tree.restarted("smtp/a");
  tree.join(a);
  const auto x = tree.read(100)[1];
  BOOST_TEST(x.state == "running");
  BOOST_TEST(x.past.restarts == 1U);
  BOOST_TEST(x.past.last_error == "division by zero");
  BOOST_TEST(tree.restarts() == 1U);
}

BOOST_AUTO_TEST_CASE(who_is_not_restarted_is_not_shown) {
  tree.leave(a);
  tree.died("smtp/a", "enough", false);
  BOOST_TEST((paths() == lines{"smtp running", "smtp/b running"}));
}

BOOST_AUTO_TEST_CASE(nobody_is_found_where_nobody_lives) {
  BOOST_TEST(!tree.find("smtp/z"));
  BOOST_TEST(!tree.find("smtp/a")); // a record without an actor
}

BOOST_AUTO_TEST_SUITE_END()
