#pragma once

#include "actors/runtime/log.hpp"
#include "actors/runtime/roster.hpp"

#include <caf/actor_config.hpp>
#include <caf/error.hpp>
#include <caf/sec.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <chrono>
#include <ctime>
#include <exception>
#include <string>
#include <utility>

namespace stagepost {

/// What every actor of ours is built on: it counts itself for the roster, and
/// an exception that ends it reaches the log and its supervisor.
template <class Base>
class observed : public Base {
public:
  explicit observed(caf::actor_config& cfg) : Base(cfg) {
    this->set_exception_handler(
      [this](caf::scheduled_actor*, std::exception_ptr& x) {
        return explain(x);
      });
  }

  ~observed() override {
    leave();
  }

  /// Takes the actor's place in the tree; called once, by its behavior.
  void join(roster& where, std::string path, const char* kind) {
    roster_ = &where;
    record_.path = std::move(path);
    record_.kind = kind;
    record_.started = std::chrono::system_clock::now();
    record_.who = caf::weak_actor_ptr{this->ctrl()};
    where.join(record_);
  }

  [[nodiscard]] const std::string& path() const noexcept {
    return record_.path;
  }

  using Base::enqueue;

  void enqueue(caf::mailbox_element_ptr x, caf::execution_unit* host) override {
    // The mailbox orders what was written before and what is read behind it;
    // where libcaf is built without ThreadSanitizer, this tells it so.
    record_.received.fetch_add(1, std::memory_order_release);
    Base::enqueue(std::move(x), host);
  }

  caf::resumable::resume_result resume(caf::execution_unit* host,
                                       std::size_t n) override {
    const bool detached = this->getf(caf::abstract_actor::is_detached_flag);
    const auto begin = now_ns(detached);
    const auto result = Base::resume(host, n);
    record_.busy_ns.fetch_add(now_ns(detached) - begin,
                              std::memory_order_relaxed);
    return result;
  }

  caf::invoke_message_result consume(caf::mailbox_element& x) override {
    (void)record_.received.load(std::memory_order_acquire); // see `enqueue`
    record_.handled.fetch_add(1, std::memory_order_relaxed);
    return Base::consume(x);
  }

protected:
  bool cleanup(caf::error&& why, caf::execution_unit* host) override {
    leave();
    return Base::cleanup(std::move(why), host);
  }

private:
  /// A loop never waits, so the time between two looks at the clock is CPU
  /// time but for preemption; a detached actor waits, and asks the system.
  static std::uint64_t now_ns(bool detached) {
    if (!detached)
      return static_cast<std::uint64_t>(
        std::chrono::steady_clock::now().time_since_epoch().count());
    std::timespec t{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return static_cast<std::uint64_t>(t.tv_sec) * 1'000'000'000U
           + static_cast<std::uint64_t>(t.tv_nsec);
  }

  caf::error explain(std::exception_ptr& x) {
    std::string what = "unknown exception";
    try {
      std::rethrow_exception(x);
    } catch (const std::exception& e) {
      what = e.what();
    } catch (...) { // NOLINT: the text above will do
    }
    log::error("actor", "crashed", {{"path", record_.path}, {"why", what}});
    return caf::make_error(caf::sec::runtime_error, what);
  }

  void leave() {
    if (auto* where = std::exchange(roster_, nullptr))
      where->leave(record_);
  }

  roster* roster_ = nullptr;
  actor_record record_;
};

/// The first parameter of an actor's function: `pointer<Handle, State> self`.
template <class Handle, class State>
using pointer = caf::stateful_actor<State, observed<typename Handle::base>>*;

} // namespace stagepost
