#pragma once

#include "actors/client_limits.hpp"
#include "actors/counters.hpp"
#include "actors/guards/failure_table.hpp"
#include "actors/guards/load_guard.hpp"
#include "actors/guards/rate_table.hpp"
#include "actors/http/event_hub.hpp"
#include "actors/outlets/outlet_board.hpp"
#include "actors/queue/signature_store.hpp"
#include "actors/queue/tls_failures.hpp"
#include "actors/rules.hpp"
#include "actors/runtime/loop_scheduler.hpp"
#include "actors/runtime/published.hpp"
#include "actors/runtime/roster.hpp"
#include "actors/runtime/service.hpp"
#include "config/configuration.hpp"
#include "mail/local_domains.hpp"
#include "mail/queue/id.hpp"
#include "messages/interfaces.hpp"
#include "net/acceptor.hpp"
#include "net/dns_figures.hpp"
#include "net/tls_context.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace stagepost {

using lease_clock = std::chrono::steady_clock;

/// What a shard's tables hold: messages, and recipients by state.
struct queue_depth {
  bool known = false; ///< Has anybody counted?
  std::uint64_t messages = 0;
  std::uint64_t queued = 0;
  std::uint64_t deferred = 0;
  std::uint64_t held = 0;
};

/// One queue shard and those who serve it.
struct shard_services {
  shard_services(std::string name_, std::uint16_t number_,
                 std::string database_)
    : name(std::move(name_)), number(number_), database(std::move(database_)),
      ids(number_) {
  }
  std::string name;
  std::uint16_t number;
  std::string database; ///< libpq connection string.
  queue::id_source ids;
  service<queue_shard_actor> shard;
  service<journal_actor> journal;
  service<reader_actor> reader;
  /// Its database is this daemon's alone: there is nobody to share it with.
  bool exclusive = false;
  std::atomic<bool> healthy{true};  ///< The last commit went through.
  std::atomic<bool> standby{false}; ///< Another daemon has the shard.
  /// By the actors' clock, from when on no delivery may begin.
  std::atomic<lease_clock::time_point> lease_ends{
    lease_clock::time_point::max()};
  // What the shard holds in memory, for those who watch it.
  std::atomic<std::uint64_t> messages{0};
  std::atomic<std::uint64_t> waiting{0};    ///< Recipients not due yet.
  std::atomic<std::uint64_t> delivering{0}; ///< Attempts under way.
  std::atomic<std::uint64_t> held_up{0};    ///< Recipients, by a suspension.
  published<std::vector<queue::suspension>> suspended;
  published<std::string> owner; ///< While we stand by: node and incarnation.
  published<queue_depth> depth; ///< Of its tables, when somebody last counted.
};

/// What the configuration said at the start about what stays as it is until
/// the daemon ends. All else is in the rules in force.
struct fixed_configuration {
  explicit fixed_configuration(const config::configuration& x)
    : node(x.node), storage(x.storage), dns(x.dns), listeners(x.listeners) {
  }
  config::node_section node; ///< But for `hostname`.
  config::storage_section storage;
  config::dns_section dns;
  std::vector<config::listener> listeners; ///< Their names and addresses.
};

/// What the actors of one daemon share: its configuration, where its services
/// are found, its counters. Made by `main`, outlives all actors.
struct node {
  explicit node(const config::configuration& c)
    : configuration(c), in_force(c),
      load({c.limits.content_memory, c.limits.free_disk},
           [folder = c.node.data_dir] { return room_on_disk(folder); }),
      incarnation(configuration.node.name + '/' + std::to_string(random())) {
  }

  const fixed_configuration configuration;
  rules_in_force in_force;
  roster tree;
  counters count;
  net::dns_figures dns;
  client_limits clients;
  rate_table passing;     ///< What came in within the last minute.
  failure_table failures; ///< Of AUTH.
  tls_failures broken_tls;
  load_guard load;
  event_hub events;           ///< What becomes of mail, for those who listen.
  signature_store signatures; ///< Of the last messages.
  loop_scheduler* loops = nullptr;
  std::vector<std::unique_ptr<shard_services>> shards;
  queue::id_source ids{0}; ///< Where there is no shard that makes them.
  std::string database;    ///< libpq connection string of what is no shard's.
  service<directory_actor> directory;
  /// Those in it, where a route asks for them.
  published<local_domains> domains;
  service<authenticator_actor> authenticator;
  static constexpr std::size_t most_hashers = 4;
  std::array<service<hasher_actor>, most_hashers> hashers; ///< Some are there.
  service<resolver_actor> resolver;
  service<policies_actor> policies;
  service<outlet_actor> outlets;
  outlet_board board; ///< How they do.
  service<parser_actor> parser;
  service<notices_actor> notices;
  service<http_actor> clerk;
  /// When the next reading of /metrics has the queue counted.
  std::atomic<lease_clock::time_point> next_count{};
  std::vector<std::shared_ptr<net::acceptor>> acceptors; ///< One a listener.
  /// This run of this node, as it signs what it owns: "node-1/1f3a…". A later
  /// run has another, and so fences off what is left of an earlier one.
  std::string incarnation;
  std::atomic<bool> draining{false};
  std::atomic<bool> postgres_down{false}; ///< The private one, that is.
  /// Somebody wants it started anew: see `postgres_keeper`.
  std::atomic<bool> postgres_unwanted{false};
  std::chrono::system_clock::time_point started
    = std::chrono::system_clock::now();
  std::string spool_directory; ///< For contents that do not fit memory.

  /// Spawns an actor on the next loop in turn; the loop is its function's
  /// second parameter, for the sockets it makes.
  template <class F, class... Ts>
  auto spawn_anywhere(F fun, Ts&&... xs) {
    const auto i = next_loop_.fetch_add(1) % loops->size();
    return loops->spawn_on(i, fun, &loops->loop(i), std::forward<Ts>(xs)...);
  }

  /// Whether there is a queue; else mail is for outlets that work while the
  /// client waits.
  [[nodiscard]] bool stores() const noexcept {
    return !configuration.storage.shards.empty();
  }

  /// The shard for the next message, in turn, healthy ones first. There has to
  /// be one.
  [[nodiscard]] std::size_t next_shard() noexcept;

  /// May a delivery of this message begin? Not when its shard's lease has run
  /// out: another daemon may be at it by now.
  [[nodiscard]] bool may_deliver(queue::id x,
                                 lease_clock::time_point at) const noexcept {
    const auto i = x.shard();
    return i >= shards.size() || at < shards[i]->lease_ends.load();
  }

  /// A number that nobody has to guess: for orders and choices.
  static std::uint64_t random();

  /// The time, wherever it ends up in a message, a row or a schedule. Tests
  /// put their own here.
  std::function<queue::time_point()> now
    = [] { return std::chrono::system_clock::now(); };

  /// Makes a delivery worker: for a site, its destination, with a number and a
  /// path. Unset: a real one. Tests put their own here.
  std::function<worker_actor(const site&, const destination_actor&,
                             std::uint64_t, const std::string&)>
    make_worker;

  /// Makes an uploader of an outlet, with a path; likewise.
  std::function<uploader_actor(const std::string&, const std::string&)>
    make_uploader;

private:
  std::atomic<std::size_t> next_loop_{0};
  std::atomic<std::size_t> next_shard_{0};
};

} // namespace stagepost
