#include "mail/queue/circumstances.hpp"

#include <boost/test/unit_test.hpp>

#include <string_view>

using stagepost::queue::user_of;

BOOST_AUTO_TEST_SUITE(circumstances)

BOOST_AUTO_TEST_CASE(the_user_is_found_where_there_is_one) {
  struct {
    std::string_view text;
    std::string_view user;
  } const table[] = {
    {R"({"client":"192.0.2.1","user":"alice"})", "alice"},
    {R"({"client":"192.0.2.1"})", ""},
    {R"({"user":"a\"b\\","x":"y"})", R"(a\"b\\)"},
    {R"({"helo":"\"user\":\"mallory\"","user":"alice"})", "alice"},
    {R"({"helo":"\"user\":\"mallory\""})", ""},
    {R"({"user":"cut)", ""},
    {R"({"user":"cut\)", ""},
    {"", ""},
  };
  for (const auto& x : table)
    BOOST_TEST(user_of(x.text) == x.user);
}

BOOST_AUTO_TEST_SUITE_END()
