#pragma once

#include "actors/message_types.hpp"
#include "actors/runtime/log.hpp"
#include "messages/interfaces.hpp"

#include <boost/test/unit_test.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/all.hpp>
#include <caf/scheduler/test_coordinator.hpp>

namespace stagepost::test {

struct quiet_config : caf::actor_system_config {
  quiet_config() {
    add_messages(*this);
    set("scheduler.policy", caf::atom("testing")); // one thread, no real time
  }
};

/// An actor system that moves only when told to.
struct actor_fixture {
  quiet_config config;
  caf::actor_system system{config};
  caf::scoped_actor self{system, true};
  caf::scheduler::test_coordinator& scheduler
    = dynamic_cast<caf::scheduler::test_coordinator&>(system.scheduler());

  /// Delivers every message in flight; timers do not fire.
  void settle() {
    while (scheduler.try_run_once())
      ;
  }

  /// Moves the clock, then delivers what became due.
  void pass(caf::timespan span) {
    scheduler.clock().advance_time(span);
    settle();
  }

  /// Asks `who` and returns the answer; an error fails the test.
  template <class T, class Handle, class... Ts>
  T ask(const Handle& who, Ts&&... xs) {
    auto pending = self->request(who, caf::infinite, std::forward<Ts>(xs)...);
    settle();
    T out{};
    pending.receive([&](T& x) { out = std::move(x); },
                    [&](caf::error& e) { BOOST_FAIL(system.render(e)); });
    return out;
  }

  /// Asks `who` in the name of a client of its own, which hands the answer to
  /// `then` when it comes, or the error to `fails`.
  template <class Handle, class Atom, class X, class Then, class Fails>
  void ask_later(const Handle& who, Atom what, const X& x, Then then,
                 Fails fails) {
    // With an argument: where there is none, CAF 0.17 refers to one that is not
    // there, and the assertions of the sanitizers' builds abort.
    system.spawn(
      [=](caf::event_based_actor* me, const X& y) {
        me->request(who, caf::infinite, what, y).then(then, fails);
      },
      x);
    settle();
  }

  /// Asks `who` for something it must refuse, and returns its reason.
  template <class T, class Handle, class... Ts>
  caf::error refused(const Handle& who, Ts&&... xs) {
    auto pending = self->request(who, caf::infinite, std::forward<Ts>(xs)...);
    settle();
    caf::error out;
    pending.receive([&](T&) { BOOST_ERROR("an answer, where none was due"); },
                    [&](caf::error& e) { out = std::move(e); });
    return out;
  }

  /// Lets promises of `who` be answered from outside of its handlers: what it
  /// ran on last is gone by then.
  template <class Handle>
  static void free(const Handle& who) {
    auto* it = caf::actor_cast<caf::abstract_actor*>(who);
    dynamic_cast<caf::local_actor&>(*it).context(nullptr);
  }

  /// Tells `who` to stop, by whatever means `why` is.
  template <class Handle>
  void stop(const Handle& who,
            caf::exit_reason why = caf::exit_reason::user_shutdown) {
    self->send_exit(who, why);
    settle();
  }
};

} // namespace stagepost::test
