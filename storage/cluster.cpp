#include "storage/cluster.hpp"

#include "storage/postgres/account.hpp"
#include "storage/postgres/bootstrap.hpp"
#include "storage/postgres/child.hpp"
#include "storage/postgres/data_directory.hpp"
#include "storage/postgres/directory_lock.hpp"
#include "storage/postgres/remnants.hpp"
#include "storage/postgres/settings_files.hpp"
#include "storage/postgres/socket_directory.hpp"

#include <algorithm>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

namespace stagepost::storage {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

namespace {

/// For the fast shutdown of a server at work: its last checkpoint is long.
constexpr std::chrono::seconds usual_patience{60};
/// One that never answered has nothing to write but what it can write again.
constexpr std::chrono::seconds little_patience{5};
/// For an end without a checkpoint.
constexpr std::chrono::seconds most_insisting{10};

} // namespace

struct cluster::impl {
  settings wanted;
  std::string directory;
  postgres::account who;
  std::optional<postgres::directory_lock> lock;
  std::string sockets;
  pid_t child = 0;

  [[nodiscard]] std::string first_words() const {
    return directory + "/startup.log";
  }

  // What the server says before its log is open.
  [[nodiscard]] std::string last_words() const {
    std::ifstream file(first_words());
    std::string text(std::istreambuf_iterator<char>(file), {});
    if (text.size() > 2000)
      text.erase(0, text.size() - 2000);
    return text + "(more in " + directory + "/log)";
  }

  void launch(const std::string& programs);
  void wait_until_ready();
  void stop(std::chrono::seconds patience);

  /// Unless nobody wants the server any more.
  void go_on() const {
    if (wanted.given_up && wanted.given_up())
      throw start_given_up("the start of PostgreSQL in " + directory
                           + " was given up");
  }
};

void cluster::impl::launch(const std::string& programs) {
  ::unlink(first_words().c_str());
  const int log
    = ::open(first_words().c_str(),
             O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600);
  if (log < 0)
    throw std::runtime_error("cannot write " + first_words() + ": "
                             + strerror(errno));
  if (who.change && ::fchown(log, who.uid, who.gid) != 0) {
    ::close(log);
    throw std::runtime_error("cannot give " + first_words() + " to "
                             + who.name);
  }
  // On the command line, where no settings file can change it.
  postgres::program server;
  server.arguments = {programs + "/postgres",
                      "-D",
                      directory,
                      "-c",
                      "listen_addresses=",
                      "-c",
                      "port=5432",
                      "-c",
                      "unix_socket_directories=" + sockets};
  server.who = who;
  server.output = log;
  server.death_signal = SIGINT;
  try {
    child = postgres::start_program(server);
  } catch (...) {
    ::close(log);
    throw;
  }
  ::close(log);
}

void cluster::impl::wait_until_ready() {
  const auto began = std::chrono::steady_clock::now();
  for (;;) {
    int status = 0;
    if (postgres::wait_for_end(child, 20ms, status)) {
      child = 0;
      throw std::runtime_error(
        "PostgreSQL in " + directory + " ended while it started ("
        + postgres::describe_status(status) + "): " + last_words());
    }
    go_on();
    const auto answer = postgres::ask(sockets);
    if (answer == postgres::readiness::ready)
      return;
    const auto limit = answer == postgres::readiness::recovering
                         ? 10 * wanted.start_limit
                         : wanted.start_limit;
    if (std::chrono::steady_clock::now() - began > limit)
      throw std::runtime_error(
        "PostgreSQL in " + directory + " did not answer within "
        + std::to_string(limit.count()) + " s: " + last_words());
  }
}

void cluster::impl::stop(std::chrono::seconds patience) {
  if (child != 0) {
    int status = 0;
    ::kill(child, SIGINT);
    if (!postgres::wait_for_end(child, patience, status)) {
      ::kill(child, SIGQUIT);
      if (!postgres::wait_for_end(child, std::min(patience, most_insisting),
                                  status)) {
        ::kill(child, SIGKILL);
        postgres::wait_for_end(child, most_insisting, status);
      }
    }
    child = 0;
  }
  postgres::remove_socket_directory(sockets, directory);
  lock.reset();
}

cluster::cluster(settings s) : impl_(std::make_unique<impl>()) {
  impl_->wanted = std::move(s);
}

cluster::~cluster() {
  impl_->stop(usual_patience);
}

void cluster::start() {
  auto& x = *impl_;
  if (x.child != 0)
    return;
  x.directory = fs::absolute(x.wanted.directory).lexically_normal().string();
  if (x.directory.ends_with('/'))
    x.directory.pop_back();
  x.who = postgres::server_account(x.wanted.user);
  std::error_code ignored; // the lock says what is wrong with it
  fs::create_directories(fs::path(x.directory).parent_path(), ignored);
  if (!x.lock)
    x.lock.emplace(x.directory);
  try {
    const auto programs = postgres::prepare_data_directory(x.directory, x.who);
    auto users = x.wanted.daemon_users;
    users.push_back(postgres::user_name(geteuid()));
    if (geteuid() == 0) // enters everything, so asks for no shared place
      users.pop_back();
    x.sockets = postgres::make_socket_directory(x.directory, x.who, users);
    postgres::clear_remnants(x.directory, x.sockets);
    postgres::write_settings(x.directory, x.who, users);
    x.go_on();
    x.launch(programs);
    x.wait_until_ready();
    postgres::make_database(x.sockets);
  } catch (...) {
    x.stop(little_patience);
    throw;
  }
}

void cluster::ask_to_end() {
  if (impl_->child != 0)
    ::kill(impl_->child, SIGINT);
}

void cluster::stop() {
  impl_->stop(usual_patience);
}

pid_t cluster::pid() const noexcept {
  return impl_->child;
}

bool cluster::reaped(std::string& why) {
  auto& x = *impl_;
  int status = 0;
  if (x.child == 0 || ::waitpid(x.child, &status, WNOHANG) != x.child)
    return false;
  why = "PostgreSQL (process " + std::to_string(x.child) + ") ended by "
        + postgres::describe_status(status) + ": see " + x.directory + "/log";
  x.child = 0;
  return true;
}

std::string cluster::connection_string() const {
  return postgres::connection_string(impl_->sockets, "stagepost", "stagepost");
}

} // namespace stagepost::storage
