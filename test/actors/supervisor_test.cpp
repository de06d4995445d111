#include "actor_fixture.hpp"
#include "actors/runtime/supervisor.hpp"

#include <future>

using namespace stagepost;
using namespace std::chrono_literals;

namespace {

using names = std::vector<std::string>;

/// A child that dies on any number it is sent, and says when it ends.
caf::behavior fragile(caf::event_based_actor* self, const std::string& name,
                      names* ended) {
  self->attach_functor([name, ended] { ended->push_back(name); });
  return {[self](int why) {
    self->quit(why == 0 ? caf::error{}
                        : caf::make_error(caf::sec::runtime_error, "hurt"));
  }};
}

/// A child that does not listen when it is told to stop.
caf::behavior deaf(caf::event_based_actor* self, const std::string& name,
                   names* ended) {
  self->set_exit_handler([](const caf::exit_msg&) {});
  return fragile(self, name, ended);
}

struct with_children : test::actor_fixture {
  roster tree;
  names born;
  names ended;
  std::map<std::string, caf::actor> children;
  supervisor_actor top;

  child_spec spec(const std::string& name, bool listens = true) {
    return {name,
            [this, listens](auto* parent, const std::string& path) {
              born.push_back(path);
              auto child
                = parent->spawn(listens ? fragile : deaf, path, &ended);
              children[path] = child;
              return child;
            },
            1s};
  }

  void start(std::vector<child_spec> specs) {
    top = system.spawn(supervisor, &tree, std::string{"top"}, std::move(specs),
                       restart_policy::limits{100ms, 1s, 60s, 2});
    settle();
  }

  ~with_children() {
    children.clear();
    if (top)
      stop(top, caf::exit_reason::kill);
    settle();
  }

  void hurt(const std::string& path, int how = 1) {
    self->send(std::exchange(children[path], nullptr), how);
    settle();
  }

  /// Why the supervisor ended, if it has.
  std::optional<caf::error> end() {
    std::optional<caf::error> out;
    self->monitor(top);
    settle();
    self->receive([&](const caf::down_msg& x) { out = x.reason; },
                  caf::after(0s) >> [] {});
    self->demonitor(top.address());
    return out;
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(supervisor, with_children)

BOOST_AUTO_TEST_CASE(children_start_in_order) {
  start({spec("a"), spec("b"), spec("c")});
  BOOST_TEST((born == names{"top/a", "top/b", "top/c"}));
}

BOOST_AUTO_TEST_CASE(a_child_is_restarted_only_after_the_wait) {
  start({spec("a")});
  hurt("top/a");
  BOOST_TEST(born.size() == 1U);
  pass(99ms);
  BOOST_TEST(born.size() == 1U);
  pass(1ms);
  BOOST_TEST(born.size() == 2U);
}

BOOST_AUTO_TEST_CASE(the_second_wait_is_twice_the_first) {
  start({spec("a")});
  hurt("top/a");
  pass(100ms);
  hurt("top/a");
  pass(199ms);
  BOOST_TEST(born.size() == 2U);
  pass(1ms);
  BOOST_TEST(born.size() == 3U);
}

BOOST_AUTO_TEST_CASE(the_tree_shows_a_death_and_a_restart) {
  start({spec("a")});
  hurt("top/a");
  auto shown = tree.read(10);
  BOOST_REQUIRE(shown.size() == 2U); // the supervisor itself, and the place
  BOOST_TEST(shown[1].path == "top/a");
  BOOST_TEST(shown[1].state == "restarting");
  BOOST_TEST(shown[1].past.last_error.find("hurt") != std::string::npos);
  BOOST_TEST(tree.restarts() == 0U);
  pass(100ms);
  BOOST_TEST(tree.restarts() == 1U);
}

BOOST_AUTO_TEST_CASE(only_the_child_that_died_is_restarted) {
  start({spec("a"), spec("b")});
  hurt("top/b");
  pass(100ms);
  BOOST_TEST((born == names{"top/a", "top/b", "top/b"}));
  BOOST_TEST((ended == names{"top/b"}));
}

BOOST_AUTO_TEST_CASE(a_child_that_has_done_its_work_is_not_restarted) {
  start({spec("a")});
  hurt("top/a", 0);
  pass(1h);
  BOOST_TEST(born.size() == 1U);
  BOOST_TEST(!end().has_value());
}

BOOST_AUTO_TEST_CASE(deaths_that_come_too_fast_end_the_supervisor) {
  start({spec("a"), spec("b")});
  for (int i = 0; i < 3; ++i) {
    hurt("top/b");
    pass(1s);
  }
  BOOST_TEST(born.size() == 4U);
  const auto why = end();
  BOOST_REQUIRE(why.has_value());
  BOOST_TEST((*why == caf::sec::runtime_error));
  BOOST_TEST(ended.back() == "top/a"); // nobody is left behind
}

BOOST_AUTO_TEST_CASE(slow_deaths_never_end_the_supervisor) {
  start({spec("a")});
  for (int i = 0; i < 10; ++i) {
    hurt("top/a");
    pass(1min);
  }
  BOOST_TEST(born.size() == 11U);
  BOOST_TEST(!end().has_value());
}

BOOST_AUTO_TEST_CASE(a_supervisor_that_gave_up_is_restarted_by_its_own) {
  start({{"branch",
          [this](auto* parent, const std::string& path) {
            return caf::actor_cast<caf::actor>(parent->spawn(
              stagepost::supervisor, &tree, path, std::vector{spec("leaf")},
              restart_policy::limits{100ms, 1s, 60s, 0}));
          },
          1s}});
  hurt("top/branch/leaf");
  BOOST_TEST(born.size() == 1U);
  pass(100ms);
  BOOST_TEST((born == names{"top/branch/leaf", "top/branch/leaf"}));
}

BOOST_AUTO_TEST_CASE(children_stop_in_the_opposite_order) {
  start({spec("a"), spec("b"), spec("c")});
  stop(top);
  BOOST_TEST((ended == names{"top/c", "top/b", "top/a"}));
  BOOST_TEST((end() == caf::error{caf::exit_reason::user_shutdown}));
}

BOOST_AUTO_TEST_CASE(a_deaf_child_is_killed_when_its_grace_is_over) {
  start({spec("a"), spec("b", false), spec("c")});
  stop(top);
  BOOST_TEST((ended == names{"top/c"}));
  pass(999ms);
  BOOST_TEST((ended == names{"top/c"}));
  pass(1ms);
  BOOST_TEST((ended == names{"top/c", "top/b", "top/a"}));
  BOOST_TEST(end().has_value());
}

BOOST_AUTO_TEST_CASE(a_child_that_can_not_be_killed_is_left_behind) {
  // Shared, for its thread outlives this test.
  auto entered = std::make_shared<std::promise<void>>();
  std::promise<void> leave;
  auto may_leave = leave.get_future().share();
  // It takes an argument, for CAF reads those of a detached actor even where
  // there are none, which the library's own checks (debug, asan) end.
  const auto stuck
    = [entered, may_leave](caf::event_based_actor*, int) -> caf::behavior {
    return {[entered, may_leave](int) {
      entered->set_value();
      may_leave.wait();
    }};
  };
  start({spec("a"),
         {"stuck",
          [&](auto* parent, const std::string& path) {
            auto child = parent->template spawn<caf::detached>(stuck, 0);
            children[path] = child;
            return child;
          },
          1s}});
  self->send(children["top/stuck"], 1);
  entered->get_future().wait();
  stop(top);
  pass(1s); // it is killed, and does not notice
  BOOST_TEST(ended.empty());
  pass(999ms);
  BOOST_TEST(ended.empty());
  pass(1ms);
  BOOST_TEST((ended == names{"top/a"}));
  BOOST_TEST(end().has_value());
  leave.set_value();
}

BOOST_AUTO_TEST_CASE(who_is_stopped_while_a_child_waits_starts_it_no_more) {
  start({spec("a"), spec("b")});
  hurt("top/b");
  stop(top);
  BOOST_TEST((ended == names{"top/b", "top/a"}));
  BOOST_TEST(end().has_value());
  pass(1h);
  BOOST_TEST(born.size() == 2U);
}

BOOST_AUTO_TEST_CASE(being_told_to_stop_twice_is_being_told_once) {
  start({spec("a"), spec("b", false)});
  stop(top);
  stop(top);
  BOOST_TEST(ended.empty());
  pass(1s);
  BOOST_TEST((ended == names{"top/b", "top/a"}));
}

BOOST_AUTO_TEST_SUITE_END()
