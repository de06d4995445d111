#include "mail/dkim/author.hpp"

#include <boost/test/unit_test.hpp>

using stagepost::dkim::author_domain;

BOOST_AUTO_TEST_SUITE(dkim_author)

BOOST_AUTO_TEST_CASE(is_the_domain_of_the_first_address) {
  const std::pair<std::string_view, std::string_view> table[] = {
    {" joe@example.com\r\n", "example.com"},
    {" Joe <joe@Example.COM>\r\n", "example.com"},
    {"<joe@example.com>", "example.com"},
    {" \"Joe <x@y.example>\" <joe@example.com>", "example.com"},
    {" \"Joe \\\" @z.example\" <joe@example.com>", "example.com"},
    {" Joe (a@b.example (or) <c@d.example>) <joe@example.com>", "example.com"},
    {" joe@(a comment)example.com (Joe)", "example.com"},
    {" joe @ example . com", "example.com"},
    {"\r\n Joe\r\n\t<joe@example.com>", "example.com"},
    {" a@one.example, b@two.example", "one.example"},
    {" A <a@one.example>, b@two.example", "one.example"},
    {" Friends: a@one.example, b@two.example;", "one.example"},
    {" Nobody:;, a@one.example", "one.example"},
    {" <@relay.example,@other.example:joe@example.com>", "example.com"},
    {" x@y.example <joe@example.com>", "example.com"},
    {" \"a@b\"@example.com", "example.com"},
    {" =?utf-8?q?a=40b.example?= <joe@example.com>", "example.com"},
    {" joe@b\xc3\xbc"
     "cher.example",
     "xn--bcher-kva.example"},
    {" joe@xn--bcher-kva.example", "xn--bcher-kva.example"},
  };
  for (const auto& [value, domain] : table)
    BOOST_TEST_CONTEXT(value)
  BOOST_TEST(author_domain(value) == domain);
}

BOOST_AUTO_TEST_CASE(is_none_where_there_is_no_domain_with_a_name) {
  for (const std::string_view value :
       {"", " ", " joe", " <>", " <joe>", " joe@", " joe@[192.0.2.1]",
        " joe@[IPv6:2001:db8::1]", " Friends:;", " \"joe@example.com\"",
        " (joe@example.com)", " joe@exa mple!", " joe@-.example", " @", " \"",
        " (((((", " joe@exam_ple..com", " joe@example.com\\"})
    BOOST_TEST_CONTEXT(value)
  BOOST_TEST(author_domain(value) == "");
}

BOOST_AUTO_TEST_SUITE_END()
