#include "actors/daemon.hpp"

#include "actors/http/control.hpp"
#include "actors/node.hpp"
#include "actors/postgres_keeper.hpp"
#include "actors/privileges.hpp"
#include "actors/storage/journal.hpp"
#include "actors/tree.hpp"
#include "storage/maintenance.hpp"
#include "storage/migrations.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/exit_reason.hpp>
#include <caf/send.hpp>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <sys/resource.h>
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

/// Signals are taken by the main thread alone, one after the other.
sigset_t our_signals() {
  sigset_t out;
  sigemptyset(&out);
  for (const int x : {SIGINT, SIGTERM, SIGHUP, SIGCHLD, SIGUSR1})
    sigaddset(&out, x);
  return out;
}

/// Every client is a file to the system.
void raise_file_limit() {
  rlimit x{};
  if (getrlimit(RLIMIT_NOFILE, &x) == 0 && x.rlim_cur < x.rlim_max) {
    x.rlim_cur = x.rlim_max;
    setrlimit(RLIMIT_NOFILE, &x);
  }
}

/// A listener of a role that this node has not stays closed.
bool wanted(const node& here, const config::listener& x) {
  const auto& roles = here.configuration.node.roles;
  const auto role = x.protocol == config::listener_protocol::smtp
                      ? config::role::smtp
                      : config::role::http;
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

void load_certificates(node& here) {
  here.client_tls = net::tls_context::unverified_client();
  if (here.configuration.tls.certificates.empty())
    return;
  auto made = net::tls_context::server(here.configuration.tls);
  if (auto* why = std::get_if<std::string>(&made))
    throw start_failure{EX_CONFIG, "no TLS", *why};
  here.server_tls
    = std::get<std::shared_ptr<net::tls_context>>(std::move(made));
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
  for (const auto& x : here.configuration.storage.shards)
    here.shards.push_back(std::make_unique<shard_services>(
      x.name, number++, x.postgres.empty() ? here.database : x.postgres));
}

void announce(const node& here) {
  std::string example;
  for (std::size_t i = 0; i < here.acceptors.size(); ++i) {
    const auto& x = here.configuration.listeners[i];
    if (!here.acceptors[i])
      continue;
    const auto port = here.acceptors[i]->local().port();
    const auto where = x.address.host + ':' + std::to_string(port);
    log::info(x.protocol == config::listener_protocol::smtp ? "smtp" : "http",
              "listening", {{"listener", x.name}, {"address", where}});
    if (x.protocol == config::listener_protocol::smtp && example.empty())
      example = "swaks --server " + where + " --to you@example.com";
  }
  log::info("node", "ready",
            {{"name", here.configuration.node.name},
             {"threads", here.loops->size()},
             {"control", control_socket(here.configuration.node)},
             {"try", example}});
  log::flush();
}

/// Waits for signals and does what they call for until the tree is down.
/// @returns The exit status.
int attend(node& here, const supervisor_actor& root, postgres_keeper* keeper) {
  using steady = std::chrono::steady_clock;
  bool down = false;
  int status = EX_SOFTWARE;
  caf::error why;
  root->attach_functor([&down, &why](const caf::error& x) {
    why = x;
    down = true;
    kill(getpid(), SIGUSR1);
  });
  const auto signals = our_signals();
  bool asked = false;
  auto next_maintenance = steady::now() + maintenance_interval;
  while (true) {
    // A server that is to be started again does not wait for a signal.
    const bool soon = keeper != nullptr && keeper->restarts();
    const timespec limit{soon ? 0 : 1, soon ? 50'000'000 : 0};
    const int signal = sigtimedwait(&signals, nullptr, &limit);
    if (signal == SIGUSR1 && down)
      break;
    if (signal == SIGINT || signal == SIGTERM) {
      if (std::exchange(asked, true)) {
        log::warning("node", "ends at once, asked twice");
        log::flush();
        _exit(EX_SOFTWARE);
      }
      log::info("node", "stopping", {{"signal", strsignal(signal)}});
      here.draining = true;
      for (const auto& door : here.acceptors)
        if (door)
          door->close();
      status = EX_OK;
      caf::anon_send_exit(root, caf::exit_reason::user_shutdown);
    }
    if (signal == SIGHUP)
      log::warning("node", "configuration not read again",
                   {{"next", "this version takes changes at its start: "
                             "stop it and run it again"}});
    if (keeper != nullptr)
      keeper->attend(steady::now());
    if (steady::now() >= next_maintenance) {
      next_maintenance = steady::now() + maintenance_interval;
      try {
        for (const auto& shard : here.shards)
          storage::maintain_partitions(shard->database, days_of_events);
      } catch (const std::exception& x) {
        log::warning("storage", "partitions not maintained",
                     {{"why", x.what()}, {"next", "tried again in an hour"}});
      }
    }
  }
  if (!asked)
    log::error("node", "the supervision tree gave up",
               {{"why", caf::to_string(why)}});
  return status;
}

int run(node& here) {
  namespace fs = std::filesystem;
  raise_file_limit();
  bind_listeners(here);
  load_certificates(here);
  const auto& config = here.configuration;
  fs::create_directories(config.node.data_dir);
  here.spool_directory = config.node.data_dir + "/spool";
  fs::create_directories(here.spool_directory);
  std::unique_ptr<postgres_keeper> keeper;
  here.database = config.storage.postgres;
  if (config.storage.embedded()) {
    keeper = std::make_unique<postgres_keeper>(here);
    here.database = keeper->start();
  }
  make_shards(here);
  prepare_database(here);
  if (!config.node.user.empty())
    become(config.node.user, {config.node.data_dir, here.spool_directory,
                              config.node.data_dir + "/postgres.lock"});

  caf::actor_system_config settings;
  settings.add_message_types<caf::id_block::stagepost_types>();
  settings.module_factories.push_back(loop_scheduler::make);
  settings.add_error_category(caf::atom("storage"), describe_storage_error);
  const auto threads = config.node.threads != 0
                         ? config.node.threads
                         : std::thread::hardware_concurrency();
  settings.set("scheduler.max-threads", threads);
  int status = EX_OK;
  {
    caf::actor_system system{settings};
    here.loops = dynamic_cast<loop_scheduler*>(&system.scheduler());
    {
      auto root = plant(system, here);
      announce(here);
      status = attend(here, root, keeper.get());
    }
    log::info("node", "stopped");
    log::flush();
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
  const auto signals = our_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  auto read
    = config::read_file(options.config_file, config::process_environment());
  if (auto* problems = std::get_if<std::vector<config::problem>>(&read)) {
    for (const auto& x : *problems)
      std::cerr << to_string(x) << '\n';
    return EX_CONFIG;
  }
  log::open(options.log_format, options.log_level);
  try {
    node here{std::get<config::configuration>(std::move(read))};
    const auto status = run(here);
    return status;
  } catch (const start_failure& x) {
    log::error("node", x.event, {{"why", x.why}});
    log::flush();
    return x.status;
  } catch (const std::exception& x) {
    log::error("node", "can't start", {{"why", x.what()}});
    log::flush();
    return EX_OSERR;
  }
}

} // namespace stagepost
