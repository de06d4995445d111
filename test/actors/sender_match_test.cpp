#include "actors/auth/sender_match.hpp"

#include <boost/test/unit_test.hpp>

using stagepost::may_send_as;

namespace {

struct row {
  std::vector<std::string> senders;
  std::string sender;
};

} // namespace

BOOST_AUTO_TEST_SUITE(sender_match)

BOOST_AUTO_TEST_CASE(what_is_theirs_they_may_send_as) {
  const row table[] = {
    {{"anna@example.com"}, "anna@example.com"},
    {{"bob@example.com", "anna@example.com"}, "anna@example.com"},
    {{"Anna@Example.com"}, "aNNA@example.COM"},
    {{"@example.com"}, "anybody@example.com"},
    {{"@Example.COM"}, "anybody@example.com"},
    {{"@example.com"}, "\"at @ home\"@example.com"},
    {{"\"anna\"@example.com"}, "anna@example.com"},
    {{"anna@bücher.example"}, "anna@BÜCHER.example"},
    {{"@BÜCHER.example"}, "anna@bücher.example"},
    {{"jürgen@example.com"}, "jürgen@example.com"},
    {{"printer@[192.0.2.1]"}, "printer@[192.0.2.1]"},
    {{"@[192.0.2.1]"}, "printer@[192.0.2.1]"},
    {{"postmaster"}, "Postmaster"},
  };
  for (const auto& x : table)
    BOOST_TEST(may_send_as(x.senders, x.sender), x.sender);
}

BOOST_AUTO_TEST_CASE(what_is_not_theirs_is_refused) {
  const row table[] = {
    {{}, "anna@example.com"},
    {{"anna@example.com"}, "bob@example.com"},
    {{"anna@example.com"}, "anna@example.org"},
    {{"anna@example.com"}, "anna@mail.example.com"},
    {{"anna@example.com"}, "anna+news@example.com"},
    {{"anna@example.com"}, "annas@example.com"},
    {{"anna@example.com"}, "\"anna@example.com\"@evil.example"},
    {{"@example.com"}, "anna@mail.example.com"},
    {{"@example.com"}, "anna@notexample.com"},
    {{"@example.com"}, "anna@example.com.evil.example"},
    {{"@example.com"}, "\"@example.com\"@evil.example"},
    {{"@example.com"}, "postmaster"},
    {{"@"}, "postmaster"},
    {{"@"}, "anna@example.com"},
    {{""}, "anna@example.com"},
    {{"jürgen@example.com"}, "JÜRGEN@example.com"},
  };
  for (const auto& x : table)
    BOOST_TEST(!may_send_as(x.senders, x.sender), x.sender);
}

BOOST_AUTO_TEST_CASE(the_null_sender_is_everybodys) {
  BOOST_TEST(may_send_as({}, ""));
  BOOST_TEST(may_send_as({"anna@example.com"}, ""));
}

BOOST_AUTO_TEST_SUITE_END()
