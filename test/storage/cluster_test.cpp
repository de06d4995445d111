#include "storage/cluster.hpp"
#include "storage/postgres/account.hpp"
#include "storage/postgres/binaries.hpp"
#include "storage/postgres/child.hpp"
#include "storage/postgres/remnants.hpp"
#include "test/storage/scratch.hpp"

#include <boost/test/unit_test.hpp>
#include <pqxx/pqxx>

#include <csignal>
#include <fstream>
#include <libpq-fe.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace stagepost;
using namespace stagepost::storage;
using test::eventually;

namespace {

// One data directory for all tests of this file; each starts and stops a
// server of its own in it.
struct fixture {
  static const std::string& directory() {
    static const test::scratch_folder folder;
    static const std::string path = folder.path() + "/postgres";
    return path;
  }
  cluster server{{.directory = directory()}};

  std::string ask(const std::string& sql) {
    pqxx::connection link(server.connection_string());
    pqxx::work work(link);
    const auto answer = work.exec(sql);
    work.commit();
    return answer.empty() ? "" : answer[0][0].c_str();
  }

  void die(int signal) {
    const auto postmaster = server.pid();
    ::kill(postmaster, signal);
    std::string why;
    BOOST_TEST(eventually([&] { return server.reaped(why); }));
    BOOST_TEST(server.pid() == 0);
  }
};

std::string refusal(cluster& x) {
  try {
    x.start();
    return "it started";
  } catch (const std::runtime_error& e) {
    return e.what();
  }
}

bool says(const std::string& text, const std::string& part) {
  if (text.find(part) != std::string::npos)
    return true;
  BOOST_TEST_MESSAGE(text);
  return false;
}

boost::test_tools::assertion_result is_root(boost::unit_test::test_unit_id) {
  return ::geteuid() == 0;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(cluster, fixture)

BOOST_AUTO_TEST_CASE(a_start_makes_a_durable_private_database) {
  server.start();
  BOOST_TEST(server.pid() > 0);
  BOOST_TEST(ask("show fsync") == "on");
  BOOST_TEST(ask("show full_page_writes") == "on");
  BOOST_TEST(ask("show synchronous_commit") == "on");
  BOOST_TEST(ask("show listen_addresses") == "");
  BOOST_TEST(ask("show server_encoding") == "UTF8");
  BOOST_TEST(ask("show lc_collate") == "C.UTF-8");
  BOOST_TEST(ask("select current_user") == "stagepost");
  BOOST_TEST(ask("select rolsuper from pg_roles where rolname = current_user")
             == "f");
  struct stat x {};
  BOOST_TEST(::stat(directory().c_str(), &x) == 0);
  BOOST_TEST((x.st_mode & 0777U) == 0700U);
  BOOST_TEST(x.st_uid != 0U);
  server.stop();
  // Its log writer reads to the end before it goes.
  BOOST_TEST(
    eventually([] { return postgres::processes_in(directory()).empty(); }));
}

BOOST_AUTO_TEST_CASE(what_was_written_is_there_after_a_restart) {
  server.start();
  ask("create table kept as select 42 as x");
  server.stop();
  server.start();
  BOOST_TEST(ask("select x from kept") == "42");
  ask("drop table kept");
}

BOOST_AUTO_TEST_CASE(a_crashed_cluster_starts_again) {
  server.start();
  ask("create table crashed as select 7 as x");
  // A busy backend does not notice that its postmaster has gone.
  PGconn* busy = PQconnectdb(server.connection_string().c_str());
  BOOST_REQUIRE(PQstatus(busy) == CONNECTION_OK);
  PQsendQuery(busy, "select count(*) from generate_series(1, 100000000000)");
  BOOST_TEST(eventually([&] {
    return ask("select count(*) from pg_stat_activity where state = 'active' "
               "and query like '%100000000000%' and pid <> pg_backend_pid()")
           == "1";
  }));
  die(SIGKILL);
  BOOST_TEST(!postgres::processes_in(directory()).empty());
  server.start();
  BOOST_TEST(ask("select x from crashed") == "7");
  ask("drop table crashed");
  PQfinish(busy);
}

BOOST_AUTO_TEST_CASE(an_empty_postmaster_pid_is_cleared) {
  server.start();
  server.stop();
  std::ofstream(directory() + "/postmaster.pid").close();
  server.start();
  BOOST_TEST(ask("select 1") == "1");
}

BOOST_AUTO_TEST_CASE(a_pid_file_that_names_another_process_is_cleared) {
  server.start();
  server.stop();
  std::ofstream(directory() + "/postmaster.pid") << ::getpid() << '\n'
                                                 << directory() << '\n';
  std::ofstream(directory() + "/socket/.s.PGSQL.5432.lock").close();
  server.start();
  BOOST_TEST(ask("select 1") == "1");
}

BOOST_AUTO_TEST_CASE(a_postmaster_that_outlived_its_daemon_is_replaced) {
  server.start();
  server.stop();
  postgres::program orphan;
  orphan.arguments
    = {postgres::find_binaries(0, "").directory + "/postgres", "-D",
       directory(), "-c", "unix_socket_directories=" + directory() + "/socket"};
  orphan.who = postgres::server_account("");
  const auto old = postgres::start_program(orphan);
  BOOST_TEST(eventually(
    [&] { return PQping(server.connection_string().c_str()) == PQPING_OK; }));
  // Somebody must take its notice of death, else it stays in the table.
  struct sigaction ignore {
  }, before{};
  ignore.sa_handler = SIG_DFL;
  ignore.sa_flags = SA_NOCLDWAIT;
  ::sigaction(SIGCHLD, &ignore, &before);
  server.start();
  ::sigaction(SIGCHLD, &before, nullptr);
  BOOST_TEST(server.pid() != old);
  BOOST_TEST(ask("select 1") == "1");
  BOOST_TEST(::kill(old, 0) == -1);
}

BOOST_AUTO_TEST_CASE(the_server_ends_when_its_daemon_is_killed) {
  const auto daemon = ::fork();
  if (daemon == 0) {
    try {
      server.start();
    } catch (...) {
      ::_exit(1);
    }
    for (;;)
      ::pause();
  }
  const auto said_hello = [&] {
    const auto path = directory() + "/socket";
    return PQping(("host=" + path + " user=stagepost dbname=stagepost").c_str())
           == PQPING_OK;
  };
  BOOST_TEST(eventually(said_hello));
  ::kill(daemon, SIGKILL);
  ::waitpid(daemon, nullptr, 0);
  BOOST_TEST(
    eventually([&] { return postgres::processes_in(directory()).empty(); }));
  server.start();
  BOOST_TEST(ask("select 1") == "1");
}

BOOST_AUTO_TEST_CASE(a_second_daemon_is_told_who_holds_the_directory) {
  server.start();
  storage::cluster second({.directory = directory()});
  const auto said = refusal(second);
  BOOST_TEST(says(said, "another stagepost (process "
                          + std::to_string(::getpid()) + ")"));
  BOOST_TEST(ask("select 1") == "1");
}

BOOST_AUTO_TEST_CASE(another_major_version_is_never_upgraded_in_passing) {
  const test::scratch_folder folder;
  const auto path = folder.path() + "/postgres";
  std::filesystem::create_directory(path);
  std::ofstream(path + "/PG_VERSION") << "9\n";
  storage::cluster old({.directory = path});
  const auto said = refusal(old);
  BOOST_TEST(says(said, "was made by PostgreSQL 9"));
  BOOST_TEST(says(said, "pg_upgrade"));
}

BOOST_AUTO_TEST_CASE(a_folder_with_other_files_is_left_alone) {
  const test::scratch_folder folder;
  const auto path = folder.path() + "/postgres";
  std::filesystem::create_directory(path);
  std::ofstream(path + "/letters.txt") << "dear\n";
  storage::cluster other({.directory = path});
  BOOST_TEST(says(refusal(other), "holds files, but no PostgreSQL database"));
  BOOST_TEST(std::filesystem::exists(path + "/letters.txt"));
}

BOOST_AUTO_TEST_CASE(a_half_made_directory_is_made_anew_at_a_long_path) {
  const test::scratch_folder folder;
  const auto path = folder.path() + "/" + std::string(90, 'x') + ", y/postgres";
  std::filesystem::create_directories(path + ".new");
  std::ofstream(path + ".new/PG_VERSION") << "15\n";
  storage::cluster deep({.directory = path});
  deep.start();
  pqxx::connection link(deep.connection_string());
  BOOST_TEST(link.is_open());
}

BOOST_AUTO_TEST_CASE(a_place_that_the_servers_user_cannot_enter_is_named,
                     *boost::unit_test::precondition(is_root)) {
  const test::scratch_folder folder;
  std::filesystem::permissions(folder.path(), std::filesystem::perms{0700});
  storage::cluster closed({.directory = folder.path() + "/var/postgres"});
  const auto said = refusal(closed);
  BOOST_TEST(says(said, "who cannot enter " + folder.path()));
  BOOST_TEST(says(said, "STAGEPOST_DATA_DIR"));
}

BOOST_AUTO_TEST_CASE(a_setting_that_it_does_not_take_is_quoted) {
  server.start();
  server.stop();
  const auto local = directory() + "/local.conf";
  std::ofstream(local) << "shared_bufers = 1GB\n";
  std::filesystem::permissions(local, std::filesystem::perms{0644});
  BOOST_TEST(says(refusal(server), "shared_bufers"));
  std::filesystem::remove(local);
  server.start();
  BOOST_TEST(ask("select 1") == "1");
}

BOOST_AUTO_TEST_SUITE_END()
