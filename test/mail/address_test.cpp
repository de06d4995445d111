#include "mail/address.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>
#include <string>

using namespace stagepost;

namespace {

struct taken {
  std::string text;
  std::string local;
  std::string domain;
};
std::ostream& operator<<(std::ostream& out, const taken& x) {
  return out << x.text;
}

const taken good[] = {
  {"a@b", "a", "b"},
  {"John.Doe@Example.COM", "John.Doe", "example.com"},
  {"a!#$%&'*+-/=?^_`{|}~z@x.org", "a!#$%&'*+-/=?^_`{|}~z", "x.org"},
  {"postmaster", "postmaster", ""},
  {"PostMaster", "PostMaster", ""},
  {"postmaster@b.c", "postmaster", "b.c"},
  {"\"a b\"@c", "\"a b\"", "c"},
  {"\"a@b\"@c", "\"a@b\"", "c"},
  {"\"a\\\"b\\\\\"@c", "\"a\\\"b\\\\\"", "c"},
  {"\"\"@c", "\"\"", "c"},
  // quotes that are not needed go, so that equal addresses look equal
  {"\"plain\"@c", "plain", "c"},
  {"\"\\p\\l\\a\\i\\n\"@c", "plain", "c"},
  {"a@[192.0.2.1]", "a", "[192.0.2.1]"},
  {"a@[IPv6:2001:DB8::1]", "a", "[ipv6:2001:db8::1]"},
  {"a@[ipv6:::1]", "a", "[ipv6:::1]"},
  {"a@[IPv6:::ffff:192.0.2.1]", "a", "[ipv6:::ffff:192.0.2.1]"},
  {"a@print_server.local", "a", "print_server.local"},
  {"user.@ilo.example.com", "user.", "ilo.example.com"},
  {"a@1.2.3.4", "a", "1.2.3.4"},
  // what some gateway may read more into is text like any other
  {"user%example.net@relay.example", "user%example.net", "relay.example"},
  {"=?utf-7?q?a&AEA-b?=@c", "=?utf-7?q?a&AEA-b?=", "c"},
};

const std::string refused[] = {
  "",
  "a",
  "@",
  "a@",
  "@b",
  "a@b@c",
  "a b@c",
  " a@b",
  "a@b ",
  ".a@b",
  "a..b@c",
  "a..@c",
  ".@c",
  "a(comment)@b",
  "a@b(comment)",
  "<a@b>",
  "a,b@c",
  "a@b,c@d",
  "a:b@c",
  "\"a@b",
  "\"a\"b@c",
  "\"a\"",
  "\"a\\\"@c",
  "\"",
  "\"\\",
  "a\"b\"@c",
  "\"a\rb\"@c",
  "\"a\\\nb\"@c",
  std::string("\"a\0\"@c", 6),
  std::string("a\0@c", 4),
  "a@b\r\nRCPT",
  "m\xc3\xbcller@b",
  "a@b\xc3\xbc",
  "a@.b",
  "a@b.",
  "a@b..c",
  "a@-b",
  "a@b-",
  "a@b c",
  "a@b/c",
  "a@b:c",
  "a@[]",
  "a@[",
  "a@[192.0.2]",
  "a@[192.0.2.256]",
  "a@[192.0.2.1",
  "a@192.0.2.1]",
  "a@[192.0.2.1].b",
  "a@[IPv6:]",
  "a@[IPv6:1]",
  "a@[IPv6:fe80::1%eth0]",
  "a@[2001:db8::1]",
  "a@[IPv6:192.0.2.1]",
  "a@[tag:x]",
  std::string("a@[192.0.2.1\0]", 14),
};

// With SMTPUTF8; without it, none of them.
const taken good_utf8[] = {
  {"jörg@b", "jörg", "b"},
  {"jörg.müller@bücher.example", "jörg.müller", "bücher.example"},
  {"a@BÜCHER.Example", "a", "bücher.example"},
  {"a@bu\u0308cher.example", "a", "bücher.example"},
  {"例@例え.テスト", "例", "例え.テスト"},
  {"\"jörg m\"@b", "\"jörg m\"", "b"},
  {"\"jörg\"@b", "jörg", "b"},
  {"\"\\\\ö\"@b", "\"\\\\ö\"", "b"},
  {"😀@xn--bcher-kva.example", "😀", "xn--bcher-kva.example"},
};

const std::string refused_utf8[] = {
  "j\xc3@b",
  "j\xf6rg@b",
  "\xed\xa0\x80@b",
  "\xc0\xaf@b",
  "j\xc2\x85rg@b", // a control character
  "a@b\xc3",
  "jörg",
  "jö rg@b",
  "jörg@",
  "@bücher.example",
  "jörg@@b",
  "jörg..m@b",
  "\"jörg@b",
  "\"\\ö\"@b", // a backslash quotes ASCII only
  "a@bü cher.example",
  "a@bü..example",
  "a@.bü",
  "a@bü/.example",
  "a@ü＠b",
  "a@ü＞b",
  "a@😀.example",
  "a@\u202eb.example",
  "a@[IPv6:ü]",
  "a@-ü.example",
};

std::string octets(std::size_t n) {
  return std::string(n, 'x');
}

} // namespace

BOOST_AUTO_TEST_SUITE(address)

BOOST_DATA_TEST_CASE(a_mailbox_is_taken_apart, good, x) {
  const auto found = parse_mailbox(x.text);
  BOOST_REQUIRE(found.has_value());
  BOOST_TEST(found->local == x.local);
  BOOST_TEST(found->domain == x.domain);
}

BOOST_DATA_TEST_CASE(what_was_taken_once_is_taken_again_unchanged, good, x) {
  const auto once = parse_mailbox(x.text);
  const auto again = parse_mailbox(once->text());
  BOOST_REQUIRE(again.has_value());
  BOOST_TEST(again->text() == once->text());
}

BOOST_DATA_TEST_CASE(what_is_no_mailbox_is_refused, refused, text) {
  BOOST_TEST(parse_mailbox(text).error()
             == make_error_code(format_errc::syntax));
}

BOOST_DATA_TEST_CASE(smtputf8_lets_every_script_in, good_utf8, x) {
  BOOST_TEST(!parse_mailbox(x.text).has_value());
  const auto found = parse_mailbox(x.text, alphabet::utf8);
  BOOST_REQUIRE(found.has_value());
  BOOST_TEST(found->local == x.local);
  BOOST_TEST(found->domain == x.domain);
  BOOST_TEST(!is_ascii(*found));
  BOOST_TEST(parse_mailbox(found->text(), alphabet::utf8)->text()
             == found->text());
}

BOOST_DATA_TEST_CASE(smtputf8_changes_nothing_in_ascii, good, x) {
  const auto found = parse_mailbox(x.text, alphabet::utf8);
  BOOST_REQUIRE(found.has_value());
  BOOST_TEST(found->text() == parse_mailbox(x.text)->text());
  BOOST_TEST(is_ascii(*found));
}

BOOST_DATA_TEST_CASE(what_is_no_utf8_mailbox_is_refused, refused_utf8, text) {
  BOOST_TEST(parse_mailbox(text, alphabet::utf8).error()
             == make_error_code(format_errc::syntax));
}

BOOST_AUTO_TEST_CASE(limits_count_octets_not_characters) {
  std::string local;
  for (int i = 0; i < 32; ++i)
    local += "ö";
  BOOST_TEST(parse_mailbox(local + "@b", alphabet::utf8).has_value());
  BOOST_TEST(parse_mailbox(local + "x@b", alphabet::utf8).error()
             == make_error_code(format_errc::too_long));
}

BOOST_AUTO_TEST_CASE(the_dns_is_asked_for_names_in_ascii) {
  BOOST_TEST(dns_domain_of("a@B.c") == "b.c");
  BOOST_TEST(dns_domain_of("jörg@b.c") == "b.c");
  BOOST_TEST(dns_domain_of("jörg@BÜCHER.example") == "xn--bcher-kva.example");
  BOOST_TEST(dns_domain_of("a@[192.0.2.1]") == "[192.0.2.1]");
  BOOST_TEST(dns_domain_of("a@\xff") == "\xff");
  BOOST_TEST(dns_domain_of("").empty());
}

BOOST_AUTO_TEST_CASE(a_local_part_has_at_most_64_octets) {
  const auto too_long = make_error_code(format_errc::too_long);
  BOOST_TEST(parse_mailbox(octets(64) + "@b").has_value());
  BOOST_TEST(parse_mailbox(octets(65) + "@b").error() == too_long);
  BOOST_TEST(parse_mailbox('"' + octets(63) + "@\"@b").error() == too_long);
  BOOST_TEST(parse_mailbox(octets(100'000)).error() == too_long);
}

BOOST_AUTO_TEST_CASE(a_domain_has_at_most_255_octets_and_63_a_label) {
  const auto label = octets(63);
  const auto three = label + '.' + label + '.' + label + '.';
  BOOST_TEST(parse_mailbox("a@" + three + label).has_value());
  BOOST_TEST(parse_mailbox("a@" + three + label + 'x').error()
             == make_error_code(format_errc::too_long));
  BOOST_TEST(parse_mailbox("a@" + octets(64)).error()
             == make_error_code(format_errc::syntax));
}

BOOST_AUTO_TEST_CASE(the_domain_stands_behind_the_last_at) {
  BOOST_TEST(domain_of("a@B.c") == "b.c");
  BOOST_TEST(domain_of("\"a@b\"@c") == "c");
  BOOST_TEST(domain_of("postmaster").empty());
  BOOST_TEST(domain_of("").empty());
}

BOOST_AUTO_TEST_SUITE_END()
