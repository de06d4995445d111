#include "login_fixture.hpp"

using namespace stagepost;
using namespace std::chrono_literals;
using test::hash_of;
using names = std::vector<std::string>;

BOOST_FIXTURE_TEST_SUITE(authenticator, test::login_fixture)

BOOST_AUTO_TEST_CASE(a_user_of_the_file_logs_in) {
  sources({users({{"anna", {hash_of("secret"), "", {}}}})});
  BOOST_TEST((verdict_of("anna") == verdict::yes));
  BOOST_TEST((verdict_of("anna", "Secret") == verdict::no));
  BOOST_TEST((verdict_of("Anna") == verdict::no));
}

BOOST_AUTO_TEST_CASE(who_has_no_hash_is_checked_by_the_verifier) {
  sources({users({{"anna", {"", hash_of("secret"), {}}},
                  {"bob", {hash_of("1"), hash_of("2"), {}}}})});
  BOOST_TEST((verdict_of("anna") == verdict::yes));
  BOOST_TEST((verdict_of("bob", "1") == verdict::yes));
  BOOST_TEST((verdict_of("bob", "2") == verdict::no));
}

BOOST_AUTO_TEST_CASE(who_is_nobody_costs_a_hash_as_well) {
  sources({users({{"anna", {hash_of("secret"), "", {}}}}), from_directory(),
           script("exit 1")});
  BOOST_TEST((verdict_of("bob") == verdict::no));
  BOOST_TEST(only_hashed() == "");
}

BOOST_AUTO_TEST_CASE(where_programs_alone_decide_nothing_is_hashed) {
  sources({script("exit 1"), script("exit 2")});
  BOOST_TEST((verdict_of("anna") == verdict::no));
  BOOST_TEST(hashed() == 0U);
}

BOOST_AUTO_TEST_CASE(without_sources_nobody_logs_in) {
  BOOST_TEST((verdict_of("anna") == verdict::no));
  BOOST_TEST((ask_verifier("anna").verdict == verdict::no));
}

BOOST_AUTO_TEST_CASE(the_first_source_that_knows_the_user_decides) {
  add_account("anna@example.com");
  sources({users({{"anna@example.com", {hash_of("1"), "", {}}}}),
           users({{"anna@example.com", {hash_of("2"), "", {}}}}),
           from_directory()});
  BOOST_TEST((verdict_of("anna@example.com", "1") == verdict::yes));
  BOOST_TEST((verdict_of("anna@example.com", "2") == verdict::no));
  BOOST_TEST((verdict_of("anna@example.com", "secret") == verdict::no));
  BOOST_TEST(people.asked.empty());
}

BOOST_AUTO_TEST_CASE(a_later_source_is_asked_for_who_is_unknown) {
  add_account("bob@example.com");
  sources({users({{"anna", {hash_of("secret"), "", {}}}}), from_directory(),
           script("test $SSMTPD_USERNAME$SSMTPD_PASSWORD = carolsecret")});
  BOOST_TEST((verdict_of("anna") == verdict::yes));
  BOOST_TEST((verdict_of("bob@example.com") == verdict::yes));
  BOOST_TEST((verdict_of("carol") == verdict::yes));
  BOOST_TEST((verdict_of("dora") == verdict::no));
  BOOST_TEST((people.asked == names{"bob@example.com", "carol", "dora"}));
}

BOOST_AUTO_TEST_CASE(a_program_that_says_no_does_not_know) {
  sources({script("test $SSMTPD_PASSWORD = other"),
           users({{"anna", {hash_of("secret"), "", {}}}})});
  BOOST_TEST((verdict_of("anna", "other") == verdict::yes));
  BOOST_TEST(hashed() == 0U);
  BOOST_TEST((verdict_of("anna", "secret") == verdict::yes));
  BOOST_TEST((verdict_of("anna", "third") == verdict::no));
}

BOOST_AUTO_TEST_CASE(who_is_disabled_gets_in_nowhere) {
  add_account("anna@example.com").enabled = false;
  add_account("bob@example.org").domain_enabled = false;
  sources({from_directory(), script("exit 0")});
  for (const auto* name : {"anna@example.com", "bob@example.org"}) {
    BOOST_TEST((verdict_of(name) == verdict::no));
    BOOST_TEST((ask_verifier(name).verdict == verdict::no));
  }
  BOOST_TEST(hashed() == 2U);
  BOOST_TEST(hashing[0].seen.front().first == "");
}

BOOST_AUTO_TEST_CASE(a_directory_that_fails_ends_the_way) {
  people.fails = true;
  sources({users({{"anna", {hash_of("secret"), "", {}}}}), from_directory(),
           script("exit 0")});
  BOOST_TEST((verdict_of("bob") == verdict::unavailable));
  BOOST_TEST((ask_verifier("bob").verdict == verdict::unavailable));
  BOOST_TEST((verdict_of("anna") == verdict::yes));
}

BOOST_AUTO_TEST_CASE(a_directory_is_not_waited_for_for_ever) {
  people.holds = true;
  sources({from_directory()});
  begin_login("anna@example.com");
  pass(4'999ms);
  BOOST_TEST(heard.empty());
  pass(1ms);
  BOOST_REQUIRE(heard.size() == 1U);
  BOOST_TEST((heard[0].verdict == verdict::unavailable));
}

BOOST_AUTO_TEST_CASE(a_directory_that_is_away_is_unavailable) {
  sources({from_directory()});
  stop(std::exchange(directory, nullptr));
  BOOST_TEST((verdict_of("anna@example.com") == verdict::unavailable));
}

BOOST_AUTO_TEST_CASE(a_program_that_says_nothing_leaves_it_open) {
  const auto known = users({{"anna", {hash_of("secret"), "", {}}}});
  for (const auto& silent : {script("kill -KILL $$"), script("sleep infinity"),
                             program({"/nowhere/program"})}) {
    sources({silent, known});
    BOOST_TEST((verdict_of("anna") == verdict::yes));
    BOOST_TEST((verdict_of("anna", "wrong") == verdict::no));
    BOOST_TEST((verdict_of("bob") == verdict::unavailable));
    sources({silent});
    BOOST_TEST((verdict_of("anna") == verdict::unavailable));
    sources({silent, script("exit 0")});
    BOOST_TEST((verdict_of("anna") == verdict::yes));
  }
}

BOOST_AUTO_TEST_CASE(who_logs_in_has_addresses_to_send_from) {
  add_account("bob@example.com");
  sources({users({{"anna", {hash_of("secret"), "", {}}},
                  {"anna@example.com", {hash_of("secret"), "", {}}},
                  {"scans", {hash_of("secret"), "", {"@scans.example"}}},
                  {"me@example.com",
                   {hash_of("secret"), "", {"a@example.com", "@b.example"}}}}),
           from_directory(), script("test $SSMTPD_PASSWORD = secret")});
  const struct {
    std::string user;
    names senders;
  } table[] = {
    {"anna", {}},
    {"anna@example.com", {"anna@example.com"}},
    {"scans", {"@scans.example"}},
    {"me@example.com", {"a@example.com", "@b.example"}},
    {"bob@example.com", {"bob@example.com"}},
    {"carol", {}},
    {"postmaster", {}},
    {"carol@example.com", {"carol@example.com"}},
  };
  for (const auto& x : table) {
    const auto got = log_in(x.user);
    BOOST_TEST((got.verdict == verdict::yes), x.user);
    BOOST_TEST((got.senders == x.senders), x.user);
    BOOST_TEST(got.scram == "");
    BOOST_TEST(log_in(x.user, "wrong").senders.empty());
  }
}

BOOST_AUTO_TEST_CASE(hashers_share_the_work) {
  sources({users({{"anna", {hash_of("secret"), "", {}}}})});
  hashing[0].holds = hashing[1].holds = true;
  for (int i = 0; i < 6; ++i)
    begin_login("anna");
  BOOST_TEST(hashing[0].seen.size() == 3U);
  BOOST_TEST(hashing[1].seen.size() == 3U);
}

BOOST_AUTO_TEST_CASE(the_line_before_the_hashers_has_an_end) {
  sources({users({{"anna", {hash_of("secret"), "", {}}}})});
  hashing[0].holds = hashing[1].holds = true;
  const auto most = 2 + authenticator_state::longest_line;
  for (std::size_t i = 0; i < most; ++i)
    begin_login("anna");
  BOOST_TEST(heard.empty());
  BOOST_TEST((verdict_of("anna") == verdict::unavailable));
  BOOST_TEST((verdict_of("nobody") == verdict::unavailable));
  for (std::size_t i = 0; i < 2; ++i) {
    free(hashers[i]);
    hashing[i].holds = false;
    for (auto& x : std::exchange(hashing[i].held, {}))
      x.deliver(true);
  }
  settle();
  BOOST_TEST(heard.size() == most + 2);
  BOOST_TEST((verdict_of("anna") == verdict::yes));
}

BOOST_AUTO_TEST_CASE(the_line_before_the_directory_has_an_end) {
  sources({from_directory()});
  people.holds = true;
  for (std::size_t i = 0; i < authenticator_state::longest_line; ++i)
    begin_login("anna@example.com");
  BOOST_TEST(heard.empty());
  BOOST_TEST((verdict_of("anna@example.com") == verdict::unavailable));
  pass(5s);
  people.holds = false;
  add_account("anna@example.com");
  BOOST_TEST((verdict_of("anna@example.com") == verdict::yes));
}

BOOST_AUTO_TEST_CASE(one_hasher_will_do) {
  sources({users({{"anna", {hash_of("secret"), "", {}}}})});
  stop(std::exchange(hashers[0], nullptr));
  BOOST_TEST((verdict_of("anna") == verdict::yes));
  BOOST_TEST((verdict_of("anna") == verdict::yes));
  BOOST_TEST(hashing[1].seen.size() == 2U);
  stop(std::exchange(hashers[1], nullptr));
  BOOST_TEST((verdict_of("anna") == verdict::unavailable));
}

BOOST_AUTO_TEST_CASE(a_hasher_that_fails_or_hangs_refuses_nobody) {
  sources({users({{"anna", {hash_of("secret"), "", {}}}})});
  hashing[0].fails = hashing[1].fails = true;
  BOOST_TEST((verdict_of("anna") == verdict::unavailable));
  hashing[0].fails = hashing[1].fails = false;
  hashing[0].holds = hashing[1].holds = true;
  const auto before = heard.size();
  begin_login("anna");
  pass(30s);
  BOOST_REQUIRE(heard.size() == before + 1);
  BOOST_TEST((heard.back().verdict == verdict::unavailable));
}

BOOST_AUTO_TEST_CASE(what_the_file_says_now_is_in_force_for_the_next) {
  sources({users({{"anna", {hash_of("1"), "", {}}}})});
  hashing[0].holds = true;
  begin_login("anna", "1");
  sources({users({{"bob", {hash_of("2"), "", {}}}})});
  BOOST_TEST((verdict_of("anna", "1") == verdict::no));
  BOOST_TEST((verdict_of("bob", "2") == verdict::yes));
}

BOOST_AUTO_TEST_CASE(who_waits_is_answered_when_it_dies) {
  sources({users({{"anna", {hash_of("secret"), "", {}}}}), from_directory(),
           script("sleep infinity")});
  hashing[0].holds = true;
  begin_login("anna");
  begin_login("program");
  people.holds = true;
  begin_login("bob");
  BOOST_TEST(heard.empty());
  stop(std::exchange(who, nullptr), caf::exit_reason::kill);
  BOOST_REQUIRE(heard.size() == 3U);
  for (const auto& x : heard)
    BOOST_TEST((x.verdict == verdict::unavailable));
}

BOOST_AUTO_TEST_SUITE_END()
