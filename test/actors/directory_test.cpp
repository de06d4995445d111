#include "actor_fixture.hpp"
#include "actors/storage/directory.hpp"
#include "storage/migrations.hpp"
#include "test/storage/scratch.hpp"

#include <pqxx/pqxx>

#include <utility>

using namespace stagepost;
using namespace std::chrono_literals;
using kind = directory_change::kind;
using verdict = directory_verdict;

namespace {

struct fixture : test::actor_fixture {
  node here{config::configuration{}};
  std::string database = test::shared_server::get().connection_string();
  directory_actor people;

  fixture() {
    sql("drop schema if exists mail cascade");
    storage::migrate(database);
    here.database = database;
    people = system.spawn(directory, &here, std::string{"storage/directory"});
    settle();
    change(kind::add_domain, "example.com");
    change(kind::add_mailbox, "anna@example.com");
  }
  ~fixture() {
    stop(std::exchange(people, nullptr));
  }

  void sql(const std::string& text) const {
    pqxx::connection link(database + " options='-c client_min_messages=error'");
    pqxx::work work(link);
    work.exec(text);
    work.commit();
  }
  /// What a server that starts again does to a connection that is idle.
  void cut_connections() const {
    sql("select pg_terminate_backend(pid) from pg_stat_activity"
        " where application_name = 'stagepost'");
  }

  /// Brings a route into force that is for local domains.
  void ask_for_domains() {
    config::configuration asking;
    asking.routes.resize(1);
    asking.routes[0].to = "reject";
    asking.routes[0].recipient_domain = config::recipient_domain::local;
    here.in_force.replace(asking);
    pass(1s);
  }

  account find(const std::string& login = "anna@example.com") {
    return ask<account>(people, find_atom_v, login);
  }
  std::string trouble() {
    return system.render(
      refused<account>(people, find_atom_v, std::string{"anna@example.com"}));
  }
  verdict change(kind what, const std::string& subject) {
    return ask<verdict>(people, change_atom_v,
                        directory_change{what, subject, "", "$argon2id$", ""});
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(directory, fixture)

BOOST_AUTO_TEST_CASE(who_asks_learns_who_signs_in) {
  const auto anna = find();
  BOOST_TEST(anna.active());
  BOOST_TEST(anna.password == "$argon2id$");
  BOOST_TEST(!find("bob@example.com").found());
  BOOST_TEST(!find("").found());
}

BOOST_AUTO_TEST_CASE(a_change_is_seen_by_the_next_question) {
  BOOST_TEST((change(kind::disable_domain, "example.com") == verdict::done));
  BOOST_TEST(find().found());
  BOOST_TEST(!find().active());
  BOOST_TEST(
    (change(kind::remove_mailbox, "anna@example.com") == verdict::done));
  BOOST_TEST(!find().found());
}

BOOST_AUTO_TEST_CASE(a_server_that_was_away_meanwhile_is_not_noticed) {
  find();
  cut_connections();
  BOOST_TEST(find().found());
}

BOOST_AUTO_TEST_CASE(a_change_is_judged_by_its_first_try) {
  find();
  cut_connections();
  BOOST_TEST((change(kind::add_mailbox, "bob@example.com") == verdict::done));
  cut_connections();
  BOOST_TEST(
    (change(kind::remove_mailbox, "bob@example.com") == verdict::done));
}

BOOST_AUTO_TEST_CASE(a_database_that_is_away_is_an_error_and_no_death) {
  cut_connections();
  here.database = "host=/nowhere";
  BOOST_TEST(trouble().find("/nowhere") != std::string::npos);
  const auto answer = refused<verdict>(
    people, change_atom_v,
    directory_change{kind::enable_mailbox, "anna@example.com"});
  BOOST_TEST(static_cast<bool>(answer));
  here.database = database;
  pass(5s);
  BOOST_TEST(find().found());
}

BOOST_AUTO_TEST_CASE(a_database_that_is_away_is_left_alone_for_ever_longer) {
  cut_connections();
  here.database = "host=/nowhere";
  auto wait = 100ms;
  for (int i = 0; i < 4; ++i, wait *= 2) {
    BOOST_TEST(trouble().find("/nowhere") != std::string::npos);
    here.database = database; // nobody looks
    pass(wait - 1ms);
    BOOST_TEST(trouble().find("/nowhere") != std::string::npos);
    here.database = "host=/nowhere";
    pass(1ms);
  }
  here.database = database;
  BOOST_TEST(find().found());
  // What is over is forgotten.
  cut_connections();
  here.database = "host=/nowhere";
  trouble();
  here.database = database;
  pass(100ms);
  BOOST_TEST(find().found());
}

BOOST_AUTO_TEST_CASE(where_a_route_asks_it_tells_which_domains_are_local) {
  const auto ours = [&](const char* x) { return here.domains.get()->hold(x); };
  pass(20s);
  BOOST_TEST(!here.domains.get()->known()); // nobody asks
  ask_for_domains();
  BOOST_TEST(ours("anybody@Example.com"));
  BOOST_TEST(!ours("a@new.example"));
  change(kind::add_domain, "new.example");
  BOOST_TEST(ours("a@new.example"));
  change(kind::remove_domain, "new.example");
  BOOST_TEST(!ours("a@new.example"));
  sql("insert into mail.domain(name) values ('others.example')");
  pass(6s);
  BOOST_TEST(ours("a@others.example"));
}

BOOST_AUTO_TEST_CASE(
  what_is_local_is_not_forgotten_while_the_database_is_away) {
  ask_for_domains();
  cut_connections();
  here.database = "host=/nowhere";
  pass(20s);
  BOOST_TEST(here.domains.get()->hold("a@example.com"));
}

BOOST_AUTO_TEST_SUITE_END()
