#include "actors/daemon.hpp"

#include "actors/announce.hpp"
#include "actors/file_limit.hpp"
#include "actors/message_types.hpp"
#include "actors/node.hpp"
#include "actors/postgres_keeper.hpp"
#include "actors/privileges.hpp"
#include "actors/read_again.hpp"
#include "actors/runtime/plain_words.hpp"
#include "actors/signals.hpp"
#include "actors/tree.hpp"
#include "actors/watch.hpp"
#include "net/trust_anchor.hpp"
#include "storage/maintenance.hpp"
#include "storage/migrations.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/exit_reason.hpp>
#include <caf/send.hpp>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <sysexits.h>
#include <unistd.h>
#include <utility>

namespace stagepost {

namespace {

/// Nothing to do but to say so and to end: a port, a certificate, PostgreSQL.
struct start_failure {
  int status;
  std::string event;
  std::string why;
};

/// Days that the log of deliveries is kept.
constexpr int days_of_events = 30;

constexpr std::chrono::hours maintenance_interval{1};

/// After the tree has stopped, until an actor that can't be stopped is left to
/// the end of the process.
constexpr unsigned deaf_limit_s = 10;

/// @returns How many files may be open.
std::uint64_t make_room_for_clients(const node& here) {
  std::uint32_t most = 0;
  for (const auto& x : here.configuration.listeners)
    if (x.protocol != config::listener_protocol::http)
      most = std::max(most, x.limits.max_clients);
  const auto files = raise_file_limit();
  if (const auto advice = advice_on_files(files, most); !advice.empty())
    log::warning(
      "node", "more clients allowed than files",
      {{"max_clients", most}, {"RLIMIT_NOFILE", files}, {"next", advice}});
  return files;
}

/// A listener of a role that this node has not stays closed.
bool wanted(const node& here, const config::listener& x) {
  const auto& roles = here.configuration.node.roles;
  const auto role = x.protocol == config::listener_protocol::http
                      ? config::role::http
                      : config::role::smtp;
  return std::find(roles.begin(), roles.end(), role) != roles.end();
}

void bind_listeners(node& here) {
  for (const auto& x : here.configuration.listeners) {
    if (!wanted(here, x)) {
      here.acceptors.push_back(nullptr);
      continue;
    }
    auto bound = net::acceptor::bind(x.address);
    if (auto* why = std::get_if<std::string>(&bound))
      throw start_failure{EX_OSERR, "can't listen", x.name + ": " + *why};
    here.acceptors.push_back(
      std::get<std::shared_ptr<net::acceptor>>(std::move(bound)));
  }
}

/// Certificates, the keys that sign mail, and whom programs run as.
void load_keys(node& here) {
  const auto now = here.in_force.get();
  const auto& x = now->configuration;
  auto tls = server_tls::load(x, x.tls, {});
  if (auto* why = std::get_if<std::string>(&tls))
    throw start_failure{EX_CONFIG, "no TLS", *why};
  const auto& anchor = x.dns.trust_anchor;
  if (!anchor.empty() && anchor != "none")
    if (const auto why = net::fault_of_trust_anchor(anchor); !why.empty())
      throw start_failure{EX_CONFIG, "no trust anchor",
                          "dns.trust_anchor: " + why};
  auto dkim = dkim_keys::load(x.dkim, x.dkim, {});
  if (auto* why = std::get_if<std::string>(&dkim))
    throw start_failure{EX_CONFIG, "no DKIM", *why};
  auto users = program_users::load(x);
  if (auto* why = std::get_if<std::string>(&users))
    throw start_failure{EX_CONFIG, "no user for a program", *why};
  here.in_force.replace(x, std::get<server_tls>(std::move(tls)),
                        std::get<dkim_keys>(std::move(dkim)),
                        std::get<program_users>(std::move(users)));
}

void prepare_database(node& here) {
  storage::migrate(here.database); // a shard may have one of its own
  for (const auto& shard : here.shards) {
    const auto version = storage::migrate(shard->database);
    log::info("storage", "schema ready",
              {{"shard", shard->name}, {"version", version}});
    storage::maintain_partitions(shard->database, days_of_events);
    shard->ids.raise_to(
      queue::id{storage::highest_id(shard->database, shard->number)});
  }
}

void make_shards(node& here) {
  std::uint16_t number = 0;
  const auto& storage = here.configuration.storage;
  for (const auto& x : storage.shards) {
    here.shards.push_back(std::make_unique<shard_services>(
      x.name, number++, x.postgres.empty() ? here.database : x.postgres));
    here.shards.back()->exclusive = storage.embedded() && x.postgres.empty();
  }
}

void say_stopping(int signal) {
  log::info("node", "stopping", {{"signal", sigdescr_np(signal)}});
}

void say_stopped() {
  log::info("node", "stopped");
  log::flush();
}

void stop(node& here, const supervisor_actor& root, int signal) {
  say_stopping(signal);
  here.draining = true;
  for (const auto& door : here.acceptors)
    if (door)
      door->close();
  caf::anon_send_exit(root, caf::exit_reason::user_shutdown);
}

[[noreturn]] void end_at_once() {
  log::warning("node", "ends at once, asked twice");
  log::flush();
  _exit(EX_SOFTWARE);
}

void maintain(const node& here) {
  try {
    for (const auto& shard : here.shards)
      storage::maintain_partitions(shard->database, days_of_events);
  } catch (const std::exception& x) {
    log::warning("storage", "partitions not maintained",
                 {{"why", x.what()}, {"next", "tried again in an hour"}});
  }
}

/// Waits for signals and does what they call for until the tree is down.
/// @returns The exit status.
int attend(node& here, const supervisor_actor& root, postgres_keeper* keeper,
           watch& guard, const std::string& config_file) {
  using steady = std::chrono::steady_clock;
  std::atomic<bool> down{false};
  caf::error why; // before `down`
  root->attach_functor([&down, &why](const caf::error& x) {
    why = x;
    down = true;
    kill(getpid(), SIGUSR1);
  });
  bool asked = false;
  auto next_maintenance = steady::now() + maintenance_interval;
  while (true) {
    // A server that is to be started again does not wait for a signal.
    const bool soon = keeper != nullptr && keeper->restarts();
    const int signal
      = signals::next(std::chrono::milliseconds{soon ? 50 : 1000});
    if (signal == SIGUSR1 && down)
      break;
    if (signal == SIGINT || signal == SIGTERM) {
      if (std::exchange(asked, true))
        end_at_once();
      stop(here, root, signal);
    }
    if (signal == SIGHUP) {
      if (!config_file.empty())
        read_again(here, config_file);
      guard.look_at_keys();
    }
    if (keeper != nullptr)
      keeper->attend(steady::now());
    guard.attend(steady::now());
    if (steady::now() >= next_maintenance) {
      next_maintenance = steady::now() + maintenance_interval;
      maintain(here);
    }
  }
  if (asked)
    return EX_OK;
  log::error("node", "the supervision tree gave up",
             {{"why", root.home_system().render(why)}});
  return EX_SOFTWARE;
}

void make_folders(node& here) {
  namespace fs = std::filesystem;
  const auto& data = here.configuration.node.data_dir;
  if (!here.stores()) {
    here.spool_directory = data; // whose files have no names
    return;
  }
  fs::create_directories(data);
  here.spool_directory = data + "/spool";
  fs::create_directories(here.spool_directory);
}

/// @param threads  0 = one a core.
void configure(caf::actor_system_config& to, std::uint32_t threads) {
  add_messages(to);
  to.module_factories.push_back(loop_scheduler::make);
  add_plain_words(to);
  to.set("scheduler.max-threads",
         threads != 0 ? threads : std::thread::hardware_concurrency());
}

int run(node& here, const std::string& config_file) {
  watch guard{here, make_room_for_clients(here)};
  bind_listeners(here);
  load_keys(here);
  make_folders(here);
  const auto& config = here.configuration;
  std::unique_ptr<postgres_keeper> keeper;
  here.database = config.storage.postgres;
  if (here.stores() && config.storage.embedded()) {
    keeper = std::make_unique<postgres_keeper>(here, signals::end_waits);
    here.database = keeper->start();
  }
  make_shards(here);
  if (here.stores())
    prepare_database(here);
  if (!config.node.user.empty())
    become(config.node.user, {config.node.data_dir, here.spool_directory,
                              config.node.data_dir + "/postgres.lock"});

  caf::actor_system_config settings;
  configure(settings, config.node.threads);
  int status = EX_OK;
  {
    caf::actor_system system{settings};
    here.loops = dynamic_cast<loop_scheduler*>(&system.scheduler());
    {
      auto root = plant(system, here);
      announce(here);
      status = attend(here, root, keeper.get(), guard, config_file);
    }
    say_stopped();
    if (keeper)
      keeper->stop();
    // The system waits for its last actor; one that never gets back to its
    // mailbox must not keep the process. All it knew is durable or unanswered.
    std::signal(SIGALRM, [](int) { _exit(EX_SOFTWARE); });
    alarm(deaf_limit_s);
  }
  alarm(0);
  return status;
}

} // namespace

int run_daemon(const run_options& options) {
  signals::block();
  auto read
    = config::read_file(options.config_file, config::process_environment());
  if (auto* problems = std::get_if<std::vector<config::problem>>(&read)) {
    for (const auto& x : *problems)
      std::cerr << to_string(x) << '\n';
    return EX_CONFIG;
  }
  return run_daemon(options, std::get<config::configuration>(std::move(read)));
}

int run_daemon(const run_options& options, const config::configuration& by) {
  signals::block();
  log::open(options.log_format, options.log_level);
  try {
    node here{by};
    const auto status = run(here, options.config_file);
    return status;
  } catch (const start_failure& x) {
    log::error("node", x.event, {{"why", x.why}});
    log::flush();
    return x.status;
  } catch (const storage::start_given_up&) {
    say_stopping(signals::next({}));
    say_stopped(); // and so is PostgreSQL
    return EX_OK;
  } catch (const std::exception& x) {
    log::error("node", "can't start", {{"why", x.what()}});
    log::flush();
    return EX_OSERR;
  }
}

} // namespace stagepost
