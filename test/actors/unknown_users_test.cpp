#include "actors/auth/unknown_users.hpp"
#include "mail/sasl/scram.hpp"

#include <boost/test/unit_test.hpp>

#include <string_view>

using namespace stagepost;
using kind = config::auth_source::kind;

namespace {

unknown_users made_with(char octet) {
  return unknown_users{sasl::secret{std::string(32, octet)}};
}

std::vector<config::auth_source> sources(std::initializer_list<kind> types) {
  std::vector<config::auth_source> out;
  for (const auto type : types)
    out.emplace_back().type = type;
  return out;
}

const auto users = sources({kind::users});
const auto all = sources({kind::command, kind::users, kind::directory});

} // namespace

BOOST_AUTO_TEST_SUITE(unknown_users)

BOOST_AUTO_TEST_CASE(they_have_verifiers_as_good_as_any) {
  const auto x
    = sasl::parse_scram_verifier(made_with('k').verifier("anna", users));
  BOOST_REQUIRE(static_cast<bool>(x));
  BOOST_TEST(x->iterations == sasl::usual_iterations);
  BOOST_TEST(x->salt.size() == 16U);
}

BOOST_AUTO_TEST_CASE(the_same_name_has_the_same_one) {
  const auto x = made_with('k');
  BOOST_TEST(x.verifier("anna", users) == x.verifier("anna", users));
  BOOST_TEST(x.verifier("anna", users) != x.verifier("bob", users));
  BOOST_TEST(x.verifier("anna", users)
             != made_with('l').verifier("anna", users));
}

BOOST_AUTO_TEST_CASE(spellings_are_one_where_the_directory_takes_them_for_one) {
  const auto x = made_with('k');
  BOOST_TEST(x.verifier("anna@example.com", all)
             == x.verifier("Anna@Example.COM", all));
  BOOST_TEST(x.verifier("anna@example.com", all)
             == x.verifier("\"anna\"@example.com", all));
  BOOST_TEST(x.verifier("anna@example.com", users)
             != x.verifier("Anna@example.com", users));
  BOOST_TEST(x.verifier("no address", all) != x.verifier("No address", all));
}

BOOST_AUTO_TEST_CASE(the_key_stays_as_long_as_the_process) {
  const auto a = key_of_unknown_users();
  BOOST_TEST(a.text().size() == 32U);
  BOOST_TEST(a.text() == key_of_unknown_users().text());
}

BOOST_AUTO_TEST_SUITE_END()
