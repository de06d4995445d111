#pragma once

#include <boost/asio/io_context.hpp>
#include <caf/actor_config.hpp>
#include <caf/actor_system.hpp>
#include <caf/detail/thread_safe_actor_clock.hpp>
#include <caf/scheduler/abstract_coordinator.hpp>

#include <atomic>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

namespace stagepost {

/// Runs CAF's actors on Boost.Asio loops, one thread a loop, so that an actor
/// runs where its socket's events arrive and idle loops sleep in epoll.
///
/// An actor stays on the loop where it first ran: whoever wakes it, it runs
/// there, and so it may use its socket without locks. Handlers must not block:
/// actors that do are spawned `caf::detached` and never come here.
///
/// Hand it to the actor system before that is made:
///     config.module_factories.push_back(loop_scheduler::make);
class loop_scheduler : public caf::scheduler::abstract_coordinator {
public:
  explicit loop_scheduler(caf::actor_system& system);
  ~loop_scheduler() override;

  static caf::actor_system::module* make(caf::actor_system& system) {
    return new loop_scheduler(system);
  }

  /// The loops, for sockets and timers. Valid while the actor system lives.
  [[nodiscard]] std::size_t size() const noexcept {
    return loops_.size();
  }
  boost::asio::io_context& loop(std::size_t i);

  /// Spawns an actor that runs on loop `i`, from any thread.
  template <class F, class... Ts>
  auto spawn_on(std::size_t i, F fun, Ts&&... xs) {
    caf::actor_config cfg{unit_of(i)};
    return system().spawn_functor(std::true_type{}, cfg, fun,
                                  std::forward<Ts>(xs)...);
  }

  // -- CAF's side -----------------------------------------------------------
  void start() override;
  void stop() override;
  void enqueue(caf::resumable* job) override;
  caf::actor_clock& clock() noexcept override {
    return clock_;
  }

protected:
  bool detaches_utility_actors() const override {
    return true;
  }

private:
  class unit;
  struct loop_state;

  caf::execution_unit* unit_of(std::size_t i);

  std::vector<std::unique_ptr<loop_state>> loops_;
  std::atomic<std::size_t> next_{0};
  caf::detail::thread_safe_actor_clock clock_;
  std::thread timer_;
};

} // namespace stagepost
