#include "storage/directory.hpp"
#include "storage/directory_statements.hpp"
#include "test/storage/queue_fixture.hpp"

#include <boost/test/unit_test.hpp>

using namespace stagepost;
using namespace std::chrono_literals;
using kind = directory_change::kind;
using verdict = directory_verdict;

namespace {

constexpr auto hash = "$argon2id$v=19$m=65536,t=3,p=1$c2FsdA$aGFzaA";
constexpr auto verifier = "SCRAM-SHA-256$4096:c2FsdA==$a2V5$a2V5";

struct fixture : test::queue_fixture {
  storage::directory people{where};

  verdict change(kind what, const std::string& subject) {
    return people.change({what, subject, "Anna Nowak", hash, verifier});
  }
  void add(const std::string& domain, std::initializer_list<const char*> who) {
    BOOST_TEST((change(kind::add_domain, domain) == verdict::done));
    for (const auto* x : who)
      BOOST_TEST((change(kind::add_mailbox, x) == verdict::done));
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(directory, fixture)

BOOST_AUTO_TEST_CASE(who_was_added_is_found_with_all_that_was_said) {
  add("Example.COM", {"Anna.Nowak@example.com"});
  const auto x = people.find("anna.nowak@EXAMPLE.com");
  BOOST_TEST(x.found());
  BOOST_TEST(x.active());
  BOOST_TEST(x.address == "Anna.Nowak@example.com");
  BOOST_TEST(x.name == "Anna Nowak");
  BOOST_TEST(x.password == hash);
  BOOST_TEST(x.scram == verifier);
  BOOST_TEST((x.created_at == x.updated_at));
  BOOST_TEST((x.created_at > std::chrono::system_clock::now() - 1h));
}

BOOST_AUTO_TEST_CASE(nobody_else_is_found) {
  add("example.com", {"anna@example.com"});
  for (const auto* x :
       {"", "anna", "anna@", "@example.com", "postmaster", "anna@example.org",
        "anna@sub.example.com", "ann@example.com", "anna%@example.com",
        "anna@example.com ", "anna@example.com@example.com",
        "a\xFF@example.com", "anna@[192.0.2.1]", "' or true --@example.com"})
    BOOST_TEST(!people.find(x).found(), x);
  BOOST_TEST(!people.find({"anna\0@example.com", 17}).found());
}

BOOST_AUTO_TEST_CASE(a_name_is_one_mailbox_however_it_is_written) {
  add("example.com", {"Anna@example.com", "\"with space\"@example.com"});
  for (const auto* x : {"anna@example.com", "ANNA@EXAMPLE.COM",
                        "\"anna\"@example.com", "\"With Space\"@example.com"}) {
    BOOST_TEST(people.find(x).found(), x);
    BOOST_TEST((change(kind::add_mailbox, x) == verdict::exists), x);
  }
}

BOOST_AUTO_TEST_CASE(a_domain_disabled_disables_its_mailboxes) {
  add("example.com", {"anna@example.com"});
  BOOST_TEST((change(kind::disable_domain, "example.COM") == verdict::done));
  BOOST_TEST((change(kind::disable_domain, "example.com") == verdict::done));
  auto x = people.find("anna@example.com");
  BOOST_TEST(x.found());
  BOOST_TEST(x.enabled);
  BOOST_TEST(!x.domain_enabled);
  BOOST_TEST(!x.active());
  BOOST_TEST(!people.domains().at(0).enabled);
  BOOST_TEST((change(kind::enable_domain, "example.com") == verdict::done));
  BOOST_TEST(people.find("anna@example.com").active());
}

BOOST_AUTO_TEST_CASE(what_is_done_in_a_disabled_domain_says_so) {
  add("example.com", {"anna@example.com"});
  change(kind::disable_domain, "example.com");
  const struct {
    kind what;
    const char* subject;
    verdict expected;
  } table[] = {
    {kind::add_mailbox, "bob@example.com", verdict::done_while_disabled},
    {kind::set_password, "bob@example.com", verdict::done_while_disabled},
    {kind::disable_mailbox, "bob@example.com", verdict::done},
    {kind::enable_mailbox, "bob@example.com", verdict::done_while_disabled},
    {kind::remove_mailbox, "bob@example.com", verdict::done},
    {kind::add_mailbox, "anna@example.com", verdict::exists},
    {kind::enable_domain, "example.com", verdict::done},
  };
  for (const auto& x : table)
    BOOST_TEST((change(x.what, x.subject) == x.expected), x.subject);
}

BOOST_AUTO_TEST_CASE(a_mailbox_is_disabled_alone) {
  add("example.com", {"anna@example.com", "bob@example.com"});
  BOOST_TEST(
    (change(kind::disable_mailbox, "ANNA@example.com") == verdict::done));
  BOOST_TEST(!people.find("anna@example.com").active());
  BOOST_TEST(people.find("anna@example.com").domain_enabled);
  BOOST_TEST(people.find("bob@example.com").active());
  BOOST_TEST(
    (change(kind::enable_mailbox, "anna@example.com") == verdict::done));
  BOOST_TEST(people.find("anna@example.com").active());
}

BOOST_AUTO_TEST_CASE(a_new_password_takes_the_place_of_both_secrets) {
  add("example.com", {"anna@example.com", "bob@example.com"});
  BOOST_TEST((people.change({kind::set_password, "Anna@example.com", "ignored",
                             "$argon2id$new", ""})
              == verdict::done));
  const auto x = people.find("anna@example.com");
  BOOST_TEST(x.password == "$argon2id$new");
  BOOST_TEST(x.scram == "");
  BOOST_TEST(x.name == "Anna Nowak");
  BOOST_TEST((x.updated_at > x.created_at));
  BOOST_TEST(people.find("bob@example.com").password == hash);
}

BOOST_AUTO_TEST_CASE(who_was_removed_is_gone_and_may_come_again_as_another) {
  add("example.com", {"anna@example.com"});
  const auto first = people.find("anna@example.com").id;
  BOOST_TEST(
    (change(kind::remove_mailbox, "anna@example.com") == verdict::done));
  BOOST_TEST(!people.find("anna@example.com").found());
  BOOST_TEST((change(kind::add_mailbox, "anna@example.com") == verdict::done));
  BOOST_TEST(people.find("anna@example.com").id > first);
}

BOOST_AUTO_TEST_CASE(what_can_not_be_done_says_why) {
  add("example.com", {"anna@example.com"});
  const auto too_long = std::string(65, 'a') + "@example.com";
  const struct {
    kind what;
    std::string subject;
    verdict expected;
  } table[] = {
    {kind::add_domain, "EXAMPLE.com", verdict::exists},
    {kind::add_domain, "", verdict::malformed},
    {kind::add_domain, "exa mple.com", verdict::malformed},
    {kind::add_domain, "example..com", verdict::malformed},
    {kind::add_domain, "[192.0.2.1]", verdict::malformed},
    {kind::add_domain, "anna@example.com", verdict::malformed},
    {kind::enable_domain, "example.org", verdict::unknown_domain},
    {kind::disable_domain, "example.org", verdict::unknown_domain},
    {kind::remove_domain, "example.org", verdict::unknown_domain},
    {kind::remove_domain, "example.com", verdict::not_empty},
    {kind::add_mailbox, "bob@example.org", verdict::unknown_domain},
    {kind::add_mailbox, "ANNA@example.com", verdict::exists},
    {kind::add_mailbox, "bob", verdict::malformed},
    {kind::add_mailbox, "postmaster", verdict::malformed},
    {kind::add_mailbox, "bob@[192.0.2.1]", verdict::malformed},
    {kind::add_mailbox, too_long, verdict::malformed},
    {kind::enable_mailbox, "bob@example.com", verdict::unknown_mailbox},
    {kind::disable_mailbox, "bob@example.com", verdict::unknown_mailbox},
    {kind::remove_mailbox, "bob@example.com", verdict::unknown_mailbox},
    {kind::set_password, "bob@example.com", verdict::unknown_mailbox},
    {kind::set_password, "bob@example.org", verdict::unknown_domain},
    {kind::set_password, "@example.com", verdict::malformed},
  };
  for (const auto& x : table)
    BOOST_TEST((change(x.what, x.subject) == x.expected), x.subject);
  BOOST_TEST(count("domain") == 1);
  BOOST_TEST(count("account") == 1);
}

BOOST_AUTO_TEST_CASE(a_domain_goes_when_its_last_mailbox_has_gone) {
  add("example.com", {"anna@example.com"});
  BOOST_TEST(
    (change(kind::remove_mailbox, "anna@example.com") == verdict::done));
  BOOST_TEST((change(kind::remove_domain, "example.com") == verdict::done));
  BOOST_TEST(people.domains().empty());
}

BOOST_AUTO_TEST_CASE(lists_are_in_order_and_by_domain) {
  add("example.org", {"zoe@example.org"});
  add("example.com", {"bob@example.com", "Anna@example.com"});
  add("empty.example", {});
  const auto domains = people.domains();
  BOOST_REQUIRE(domains.size() == 3U);
  BOOST_TEST(domains[0].name == "empty.example");
  BOOST_TEST(domains[0].mailboxes == 0U);
  BOOST_TEST(domains[1].name == "example.com");
  BOOST_TEST(domains[1].mailboxes == 2U);
  const auto all = people.accounts("", 100);
  BOOST_REQUIRE(all.size() == 3U);
  BOOST_TEST(all[0].address == "Anna@example.com");
  BOOST_TEST(all[1].address == "bob@example.com");
  BOOST_TEST(all[2].address == "zoe@example.org");
  BOOST_TEST(people.accounts("EXAMPLE.org", 100).size() == 1U);
  BOOST_TEST(people.accounts("example.net", 100).empty());
  BOOST_TEST(people.accounts("", 2).size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_name_for_people_is_never_a_reason_to_fail) {
  add("example.com", {});
  BOOST_TEST((people.change({kind::add_mailbox, "anna@example.com",
                             std::string("Zo\xC3\xAB \xFF\0", 7), hash, ""})
              == verdict::done));
  BOOST_TEST(people.find("anna@example.com").name
             == "Zo\xC3\xAB \xEF\xBF\xBD\xEF\xBF\xBD");
}

BOOST_AUTO_TEST_CASE(a_database_that_went_away_is_told) {
  sql("select pg_terminate_backend(pid) from pg_stat_activity"
      " where application_name = 'stagepost' and pid <> pg_backend_pid()");
  BOOST_CHECK_THROW(people.find("anna@example.com"), storage::database_error);
  BOOST_CHECK_THROW(storage::directory{"host=/nowhere"},
                    storage::database_error);
}

BOOST_AUTO_TEST_CASE(one_of_many_is_found_by_the_index) {
  sql("insert into mail.domain(name) values ('example.com')");
  sql("insert into mail.account(domain, local_part, password, scram, name)"
      " select 'example.com', 'user' || g, '', '', ''"
      " from generate_series(1, 20000) g");
  sql("analyze mail.account");
  const auto found = plan(storage::directory_session, storage::find_statement,
                          "'example.com', 'user4711'");
  BOOST_TEST_INFO(found);
  BOOST_TEST(found.find("using account_address") != std::string::npos);
  BOOST_TEST(people.find("User4711@example.com").found());
}

BOOST_AUTO_TEST_SUITE_END()
