#include "mail/sasl/plain.hpp"

#include <boost/test/unit_test.hpp>

using namespace stagepost::sasl;
using namespace std::string_literals;

namespace {

state after(const std::string& message) {
  return plain_conversation{}.take(message);
}

} // namespace

BOOST_AUTO_TEST_SUITE(plain)

BOOST_AUTO_TEST_CASE(a_user_and_a_password_are_taken_apart) {
  const struct {
    std::string message, user, password;
  } table[] = {
    {"\0tim\0tanstaaftanstaaf"s, "tim", "tanstaaftanstaaf"}, // RFC 4616, 4
    {"\0u\0p"s, "u", "p"},
    {"tim\0tim\0secret"s, "tim", "secret"},
    {"\0alice@example.com\0with spaces, and = signs"s, "alice@example.com",
     "with spaces, and = signs"},
    {"\0Z\xc3\xbcrich\0p\xc3\xa4sse"s, "Z\xc3\xbcrich", "p\xc3\xa4sse"},
    {"\0Zu\xcc\x88rich\0pa\xcc\x88sse"s, "Z\xc3\xbcrich", "pa\xcc\x88sse"},
    {"Zu\xcc\x88rich\0Z\xc3\xbcrich\0p"s, "Z\xc3\xbcrich", "p"},
    {"\0u\0\xe4\n"s, "u", "\xe4\n"}, // whatever the program that checks takes
    {"\0"s + std::string(255, 'u') + '\0' + std::string(1024, 'p'),
     std::string(255, 'u'), std::string(1024, 'p')},
  };
  for (const auto& x : table) {
    plain_conversation talk;
    BOOST_TEST_CONTEXT(x.user) {
      BOOST_TEST((talk.take(x.message) == state::check_password));
      BOOST_TEST(talk.user() == x.user);
      BOOST_TEST(talk.password() == x.password);
    }
  }
}

BOOST_AUTO_TEST_CASE(nobody_acts_for_another) {
  // RFC 4616, 4, the second example.
  BOOST_TEST((after("Ursel\0Kurt\0xipj3plmq"s) == state::failed));
  BOOST_TEST((after("KURT\0Kurt\0xipj3plmq"s) == state::failed));
  BOOST_TEST((after("Kurt \0Kurt\0xipj3plmq"s) == state::failed));
  BOOST_TEST((after(std::string(3000, 'a') + "\0Kurt\0x"s) == state::failed));
}

BOOST_AUTO_TEST_CASE(what_has_not_the_form_is_refused) {
  const std::string table[] = {
    "",
    "tim",
    "\0"s,
    "\0\0"s,
    "\0\0\0"s,
    "tim\0secret"s,
    "\0tim"s,
    "\0tim\0"s,
    "\0\0secret"s,
    "tim\0\0secret"s,
    "\0tim\0secret\0"s,
    "\0tim\0sec\0ret"s,
    "\0tim\0\0secret"s,
    "\0ti\nm\0secret"s,
    "\0tim\r\0secret"s,
    "\0ti\x7fm\0secret"s,
    "\0ti\xc2\x85m\0secret"s,
    "\0t\xfcm\0secret"s,
    "\0\xc2\xad\0secret"s,
    "\x01\0tim\0secret"s,
    "\xfc\0tim\0secret"s,
    "\0"s + std::string(256, 'u') + "\0secret"s,
    "\0tim\0"s + std::string(1025, 'p'),
  };
  for (const auto& x : table)
    BOOST_TEST((after(x) == state::malformed), x);
}

BOOST_AUTO_TEST_CASE(a_name_that_grows_past_its_limit_is_refused) {
  std::string name;
  for (int i = 0; i < 30; ++i)
    name += "\xef\xb7\xba"; // 3 octets, prepared 33
  BOOST_TEST((after('\0' + name + "\0p"s) == state::malformed));
}

BOOST_AUTO_TEST_SUITE_END()
