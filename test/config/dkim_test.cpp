#include "config/vouching.hpp"
#include "test/config/fault.hpp"
#include "test/config/files.hpp"

#include <boost/test/unit_test.hpp>

namespace stagepost::config {

namespace {

dkim_section section_of(const std::string& text) {
  return good(read_text("dkim: {" + text + "}\n" + std::string(least))).dkim;
}

bool covers(const std::string& section, const route_facts& facts) {
  return vouching(section_of(section)).covers(facts);
}

route_facts from(std::string_view listener, std::string_view client,
                 std::string_view user = {}) {
  return {listener, client, "a@b.example", {}, user};
}

} // namespace

BOOST_AUTO_TEST_SUITE(dkim)

BOOST_AUTO_TEST_CASE(keys_are_read_by_domain) {
  const auto x = section_of(
    "domains: {Example.COM: [{selector: S1, key: /dev/null}, {selector: "
    "2026.b, key: /dev/zero}], \"*.example.org\": {selector: x, key: "
    "/dev/null}}, required: yes");
  BOOST_TEST(x.domains.size() == 2U);
  const auto& first = x.domains.at("example.com");
  BOOST_TEST(
    (first
     == std::vector<dkim_key>{{"s1", "/dev/null"}, {"2026.b", "/dev/zero"}}));
  BOOST_TEST(first[1].line == 1);
  BOOST_TEST(first[1].column == 64);
  BOOST_TEST(x.domains.at("*.example.org").front().selector == "x");
  BOOST_TEST(x.required);
}

BOOST_AUTO_TEST_CASE(key_files_lie_beside_the_file_that_names_them) {
  const folder files;
  files.write("keys/a.pem", "");
  const auto x = good(read_file(
    files.write("test.yaml", "dkim: {domains: {a.example: {selector: s, key: "
                             "keys/a.pem}}}\n"
                               + std::string(least)),
    {}));
  BOOST_TEST(x.dkim.domains.at("a.example").front().key
             == files.path("keys/a.pem"));
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_told_where_it_stands) {
  check_all({
    {"dkim: {domains: {\"a b\": [{selector: s, key: /dev/null}]}}\n",
     "1:18: `a b` is no domain, nor `*.` and a domain"},
    {"dkim: {domains: {\"*.\": [{selector: s, key: /dev/null}]}}\n",
     "1:18: `*.` is no domain, nor `*.` and a domain"},
    {"dkim: {domains: {a.example: [{selector: s, key: /dev/null}], A.example: "
     "[]}}\n",
     "1:62: the domain `A.example` stands here twice"},
    {"dkim: {domains: {a.example: []}}\n", "1:29: `a.example` has no keys"},
    {"dkim: {domains: {a.example: [{selector: s}]}}\n",
     "1:30: `key` is missing"},
    {"dkim: {domains: {a.example: [{key: /dev/null}]}}\n",
     "1:30: `selector` is missing"},
    {"dkim: {domains: {a.example: {selector: \"a b\", key: /dev/null}}}\n",
     "1:40: `selector` wants a selector such as s1, or a.b, not `a b`"},
    {"dkim: {domains: {a.example: {selector: s, key: /nowhere/a.pem}}}\n",
     "1:48: `key` can't be read from `/nowhere/a.pem`: No such file or "
     "directory"},
    {"dkim: {domains: {a.example: [{selector: s, key: /dev/null}, {selector: "
     "S, key: /dev/null}]}}\n",
     "1:61: the selector `s` stands here twice"},
    {"dkim: {clients: [192.0.2.1/24]}\n",
     "1:18: `192.0.2.1/24` has bits set after its prefix"},
    {"dkim: {required: perhaps}\n",
     "1:18: `required` wants true or false, not `perhaps`"},
    {"dkim: {domain: {}}\n",
     "1:8: unknown key `domain`; did you mean `domains`?"},
    {"dkim: {listeners: [mx, submissoin]}\n",
     "1:24: there is no smtp or lmtp listener `submissoin`"},
    {"dkim: {listeners: status}\n",
     "1:19: there is no smtp or lmtp listener `status`"},
  });
}

BOOST_AUTO_TEST_CASE(who_logged_in_or_comes_from_here_is_vouched_for) {
  BOOST_TEST(covers("", from("mx", "127.0.0.1")));
  BOOST_TEST(covers("", from("mx", "::1")));
  BOOST_TEST(covers("", from("mx", "192.0.2.1", "alice")));
  BOOST_TEST(!covers("", from("mx", "192.0.2.1")));
  BOOST_TEST(!covers("", from("mx", "")));
  BOOST_TEST(!covers("clients: []", from("mx", "127.0.0.1")));
  BOOST_TEST(covers("clients: [192.0.2.0/24]", from("mx", "192.0.2.1")));
  BOOST_TEST(!covers("clients: [192.0.2.0/24]", from("mx", "127.0.0.1")));
  BOOST_TEST(covers("listeners: mx", from("mx", "192.0.2.1")));
  BOOST_TEST(!covers("listeners: mx", from("other", "192.0.2.1")));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace stagepost::config
