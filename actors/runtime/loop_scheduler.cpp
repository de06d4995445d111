#include "actors/runtime/loop_scheduler.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <caf/resumable.hpp>
#include <caf/scheduled_actor.hpp>

#include <algorithm>

namespace stagepost {

namespace asio = boost::asio;

namespace {

/// An actor on its way to a loop. One that never gets to run, because the loop
/// has stopped, is cleaned up as CAF's own schedulers do.
class ticket {
public:
  explicit ticket(caf::resumable* job) noexcept : job_(job) {
  }
  ticket(ticket&& other) noexcept : job_(std::exchange(other.job_, nullptr)) {
  }
  ticket(const ticket&) = delete;
  ticket& operator=(const ticket&) = delete;
  ~ticket() {
    if (job_ != nullptr)
      caf::scheduler::abstract_coordinator::cleanup_and_release(job_);
  }
  caf::resumable* take() noexcept {
    return std::exchange(job_, nullptr);
  }

private:
  caf::resumable* job_;
};

} // namespace

/// What CAF sees of a loop.
class loop_scheduler::unit final : public caf::execution_unit {
public:
  unit(caf::actor_system* system, asio::io_context& io)
    : caf::execution_unit(system), io_(io) {
  }

  void exec_later(caf::resumable* job) override {
    home_of(job).post(job);
  }

  void post(caf::resumable* job) {
    asio::post(io_, [this, t = ticket{job}]() mutable { run(t.take()); });
  }

private:
  /// An actor that has run before, or was spawned for a loop, remembers that
  /// loop as its context. Reading it is safe: a job is handed to us only while
  /// nobody runs it.
  unit& home_of(caf::resumable* job) {
    if (job->subtype() == caf::resumable::scheduled_actor) {
      auto* actor = static_cast<caf::scheduled_actor*>(job);
      if (auto* home = dynamic_cast<unit*>(actor->context()))
        return *home;
    }
    return *this;
  }

  void run(caf::resumable* job) {
    // Messages an actor may take before the sockets get their turn.
    constexpr std::size_t max_throughput = 100;
    switch (job->resume(this, max_throughput)) {
      case caf::resumable::resume_later:
        post(job);
        break;
      case caf::resumable::done:
      case caf::resumable::awaiting_message:
        caf::intrusive_ptr_release(job);
        break;
      case caf::resumable::shutdown_execution_unit:
        break;
    }
  }

  asio::io_context& io_;
};

struct loop_scheduler::loop_state {
  explicit loop_state(caf::actor_system& system) : here(&system, io) {
  }
  asio::io_context io{1};
  unit here;
  std::thread thread;
};

loop_scheduler::loop_scheduler(caf::actor_system& system)
  : abstract_coordinator(system) {
}

loop_scheduler::~loop_scheduler() = default;

asio::io_context& loop_scheduler::loop(std::size_t i) {
  return loops_[i]->io;
}

caf::execution_unit* loop_scheduler::unit_of(std::size_t i) {
  return &loops_[i]->here;
}

void loop_scheduler::start() {
  const auto n = std::max<std::size_t>(num_workers(), 1);
  for (std::size_t i = 0; i < n; ++i)
    loops_.push_back(std::make_unique<loop_state>(system()));
  for (auto& x : loops_)
    x->thread = std::thread([&loop = *x] {
      auto open = asio::make_work_guard(loop.io);
      loop.io.run();
    });
  timer_ = std::thread([this] { clock_.run_dispatch_loop(); });
  abstract_coordinator::start(); // spawns the utility actors
}

void loop_scheduler::stop() {
  stop_actors();
  for (auto& x : loops_)
    x->io.stop();
  for (auto& x : loops_)
    x->thread.join();
  clock_.cancel_dispatch_loop();
  timer_.join();
  loops_.clear();
}

void loop_scheduler::enqueue(caf::resumable* job) {
  // A job without a home goes to the loops in turn; one with a home finds it.
  loops_[next_.fetch_add(1, std::memory_order_relaxed) % loops_.size()]
    ->here.exec_later(job);
}

} // namespace stagepost
