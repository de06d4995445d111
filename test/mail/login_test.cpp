#include "mail/sasl/login.hpp"

#include <boost/test/unit_test.hpp>

using namespace stagepost::sasl;
using namespace std::string_literals;

BOOST_AUTO_TEST_SUITE(login)

BOOST_AUTO_TEST_CASE(first_the_name_then_the_password) {
  login_conversation talk;
  BOOST_TEST(talk.prompt() == "Username:");
  BOOST_TEST((talk.take("scanner@example.com") == state::challenge));
  BOOST_TEST(talk.challenge() == "Password:");
  BOOST_TEST((talk.take(" secret \xe4") == state::check_password));
  BOOST_TEST(talk.user() == "scanner@example.com");
  BOOST_TEST(talk.password() == " secret \xe4");
}

BOOST_AUTO_TEST_CASE(what_is_no_name_is_refused) {
  for (const auto& name : {""s, "\0"s, "a\0b"s, "a\nb"s, "\xfc"s, "\0u\0p"s,
                           std::string(256, 'u')})
    BOOST_TEST((login_conversation{}.take(name) == state::malformed), name);
}

BOOST_AUTO_TEST_CASE(what_is_no_password_is_refused) {
  for (const auto& password : {""s, "\0"s, "a\0b"s, std::string(1025, 'p')}) {
    login_conversation talk;
    BOOST_TEST((talk.take("user") == state::challenge));
    BOOST_TEST((talk.take(password) == state::malformed), password);
    BOOST_TEST(talk.password().empty());
  }
}

BOOST_AUTO_TEST_SUITE_END()
