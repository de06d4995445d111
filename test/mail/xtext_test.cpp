#include "mail/xtext.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>
#include <string>

using namespace stagepost;

namespace {

struct pair {
  std::string text;
  std::string value;
};
std::ostream& operator<<(std::ostream& out, const pair& x) {
  return out << x.text;
}

const pair good[] = {
  {"a", "a"},
  {"QQ314159", "QQ314159"},
  {"user+2B40@example.com", "user+40@example.com"},
  {"+3D+2B", "=+"},
  {"a+20b", "a b"},
  {"!\"#$%&'()*,-./:;<>?@[\\]^_`{|}~", "!\"#$%&'()*,-./:;<>?@[\\]^_`{|}~"},
};

const std::string refused[] = {
  "",
  " ",
  "a b",
  "a=b",
  "+",
  "a+",
  "+4",
  "+4g",
  "+4G",
  "+ 4",
  "+-1",
  "+2b", // upper case it must be
  "++2B",
  "a\tb",
  "a\r\nb",
  "a\x7f",
  "j\xc3\xb6rg",
  std::string("a\0b", 3),
  // what decoded would break out of its field
  "+0D+0ASubject:x",
  "+00",
  "+09",
  "+1F",
  "+7F",
  "+80",
  "+C3+B6",
  "+FF",
};

} // namespace

BOOST_AUTO_TEST_SUITE(xtext)

BOOST_DATA_TEST_CASE(what_is_xtext_is_decoded, good, x) {
  const auto found = decode_xtext(x.text);
  BOOST_REQUIRE(found.has_value());
  BOOST_TEST(*found == x.value);
}

BOOST_DATA_TEST_CASE(what_is_no_xtext_is_refused, refused, text) {
  BOOST_TEST(decode_xtext(text).error()
             == make_error_code(format_errc::syntax));
}

BOOST_DATA_TEST_CASE(what_was_decoded_is_encoded_the_same, good, x) {
  std::string out;
  append_xtext(out, x.value);
  BOOST_TEST(out == x.text);
}

BOOST_AUTO_TEST_CASE(any_octet_can_be_encoded) {
  std::string all;
  for (int c = 0; c < 256; ++c)
    all += static_cast<char>(c);
  std::string out = "X=";
  append_xtext(out, all);
  BOOST_TEST(out.starts_with("X=+00+01"));
  BOOST_TEST(out.ends_with("+FE+FF"));
  BOOST_TEST(out.find_first_of(" \r\n", 2) == std::string::npos);
}

BOOST_AUTO_TEST_CASE(addresses_of_any_script_are_written_in_ascii) {
  const struct {
    std::string address;
    std::string text;
  } table[] = {
    {"a.b@example.com", "a.b@example.com"},
    {"j\xc3\xb6rg@b\xc3\xbc.example", "j\\x{F6}rg@b\\x{FC}.example"},
    {"\xe2\x82\xac+\xf0\x9f\x98\x80", "\\x{20AC}\\x{2B}\\x{1F600}"},
    {"a=b\\c d\n", "a\\x{3D}b\\x{5C}c\\x{20}d\\x{0A}"},
    {"\xff\xc3x", "??x"},
  };
  for (const auto& x : table) {
    std::string out;
    append_utf8_xtext(out, x.address);
    BOOST_TEST(out == x.text);
    BOOST_TEST(*decode_xtext(out) == out);
  }
}

BOOST_AUTO_TEST_SUITE_END()
