#include "login_fixture.hpp"
#include "mail/sasl/scram.hpp"

using namespace stagepost;
using names = std::vector<std::string>;

namespace {

const std::string of_anna = "SCRAM-SHA-256$of anna";

bool is_made_up(const login_answer& x) {
  return x.verdict == login_verdict::no && x.senders.empty()
         && sasl::parse_scram_verifier(x.scram).has_value();
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(verifiers, test::login_fixture)

BOOST_AUTO_TEST_CASE(who_has_one_proves_by_it) {
  add_account("bob@example.com").scram = "SCRAM-SHA-256$of bob";
  sources(
    {users({{"anna", {"", of_anna, {"a@example.com"}}}}), from_directory()});
  const auto anna = ask_verifier("anna");
  BOOST_TEST((anna.verdict == verdict::yes));
  BOOST_TEST(anna.scram == of_anna);
  BOOST_TEST((anna.senders == names{"a@example.com"}));
  const auto bob = ask_verifier("bob@example.com");
  BOOST_TEST((bob.verdict == verdict::yes));
  BOOST_TEST(bob.scram == "SCRAM-SHA-256$of bob");
  BOOST_TEST((bob.senders == names{"bob@example.com"}));
}

BOOST_AUTO_TEST_CASE(who_has_none_gets_one_that_is_made_up) {
  add_account("bob@example.com");
  add_account("dora@example.com").scram = "SCRAM-SHA-256$of dora";
  people.accounts["dora@example.com"].enabled = false;
  sources(
    {users({{"anna", {test::hash_of("secret"), "", {}}}}), from_directory()});
  for (const auto* user :
       {"anna", "bob@example.com", "carol", "dora@example.com"}) {
    const auto x = ask_verifier(user);
    BOOST_TEST(is_made_up(x), user);
    BOOST_TEST(x.scram == ask_verifier(user).scram, user);
  }
  BOOST_TEST(ask_verifier("anna").scram != ask_verifier("carol").scram);
}

BOOST_AUTO_TEST_CASE(programs_are_not_asked_for_them) {
  sources({program({"/nowhere/program"}), users({{"anna", {"", of_anna, {}}}}),
           script("exit 0")});
  BOOST_TEST(ask_verifier("anna").scram == of_anna);
  BOOST_TEST(is_made_up(ask_verifier("bob")));
}

BOOST_AUTO_TEST_CASE(nothing_is_hashed_for_them) {
  sources({users({{"anna", {test::hash_of("secret"), of_anna, {}}}})});
  ask_verifier("anna");
  ask_verifier("bob");
  BOOST_TEST(hashed() == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
