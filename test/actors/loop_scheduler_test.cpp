#include "actors/runtime/loop_scheduler.hpp"
#include "loops_config.hpp"

#include <boost/asio/post.hpp>
#include <boost/test/unit_test.hpp>
#include <caf/all.hpp>

#include <future>
#include <latch>
#include <set>

using namespace stagepost;
using namespace std::chrono_literals;

namespace {

struct with_loops {
  test::loops_config config;
  caf::actor_system system{config};
  stagepost::loop_scheduler& loops
    = dynamic_cast<stagepost::loop_scheduler&>(system.scheduler());

  std::thread::id thread_of(std::size_t loop) {
    std::promise<std::thread::id> out;
    boost::asio::post(loops.loop(loop),
                      [&] { out.set_value(std::this_thread::get_id()); });
    return out.get_future().get();
  }
};

/// Notes where it runs each time, until it has counted down.
struct homebody_state {
  std::set<std::thread::id> seen;
};

caf::behavior homebody(caf::stateful_actor<homebody_state>* self, int left,
                       std::promise<std::set<std::thread::id>>* done) {
  return {[self, done, left](int) mutable {
    self->state.seen.insert(std::this_thread::get_id());
    if (--left > 0)
      return;
    done->set_value(self->state.seen);
    self->quit();
  }};
}

/// Says hello to someone, again and again, and by a timer at last.
caf::behavior greeter(caf::event_based_actor* self, const caf::actor& whom) {
  for (int i = 0; i < 100; ++i)
    self->send(whom, i);
  self->delayed_send(whom, 1ms, 100);
  return {};
}

caf::behavior ticker(caf::event_based_actor* self, std::latch* ticked) {
  self->delayed_send(self, 1ms, tick_atom_v);
  return {[self, ticked, n = 0](tick_atom) mutable {
    if (++n == 3)
      ticked->count_down();
    self->delayed_send(self, 1ms, tick_atom_v);
  }};
}

} // namespace

BOOST_AUTO_TEST_SUITE(loop_scheduler)

BOOST_FIXTURE_TEST_CASE(there_are_as_many_loops_as_were_asked_for, with_loops) {
  BOOST_TEST(loops.size() == 3U);
  BOOST_TEST((thread_of(0) != thread_of(1)));
}

BOOST_FIXTURE_TEST_CASE(an_actor_stays_on_its_loop, with_loops) {
  for (std::size_t i = 0; i < loops.size(); ++i) {
    std::promise<std::set<std::thread::id>> done;
    const auto who = loops.spawn_on(i, homebody, 4 * 101 + 50, &done);
    for (std::size_t j = 0; j < loops.size(); ++j)
      loops.spawn_on(j, greeter, who);
    system.spawn<caf::detached>(greeter, who);
    for (int n = 0; n < 50; ++n)
      caf::anon_send(who, n); // from a thread that is no loop's
    const auto seen = done.get_future().get();
    BOOST_TEST((seen == std::set{thread_of(i)}));
  }
}

BOOST_FIXTURE_TEST_CASE(an_actor_without_a_loop_finds_one_and_stays,
                        with_loops) {
  std::promise<std::set<std::thread::id>> done;
  const auto who = system.spawn(homebody, 2 * 101, &done);
  loops.spawn_on(0, greeter, who);
  loops.spawn_on(1, greeter, who);
  BOOST_TEST(done.get_future().get().size() == 1U);
}

BOOST_AUTO_TEST_CASE(systems_start_and_stop_under_two_hundred_tickers) {
  for (int round = 0; round < 20; ++round) {
    with_loops x;
    std::latch ticked{200};
    std::vector<caf::actor> who;
    for (std::size_t i = 0; i < 200; ++i)
      who.push_back(x.loops.spawn_on(i % 3, ticker, &ticked));
    ticked.wait();
    for (const auto& y : who)
      caf::anon_send_exit(y, caf::exit_reason::user_shutdown);
  }
  BOOST_TEST(true); // that it comes to its end is what is claimed
}

BOOST_AUTO_TEST_SUITE_END()
