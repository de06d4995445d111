#include "storage/text.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using stagepost::storage::to_database_text;

BOOST_AUTO_TEST_SUITE(text)

BOOST_AUTO_TEST_CASE(well_formed_text_stays_as_it_is) {
  for (const std::string x :
       {"", "anna@example.org", "\x01\x7f\r\n\t", "jörg@bücher.example",
        "\u0080\u07FF\u0800\uD7FF\uE000\uFFFF", "\U00010000\U0010FFFF"})
    BOOST_TEST(to_database_text(x) == x);
}

BOOST_AUTO_TEST_CASE(what_is_no_text_is_replaced) {
  const std::string r = "\uFFFD";
  const struct {
    std::string octets;
    std::string text;
  } table[] = {
    {std::string("a\0b", 3), "a" + r + "b"},
    {"\x80", r},
    {"\xff\xfe", r + r},
    {"a\xc3", "a" + r},
    {"\xc3(", r + "("},
    {"\xc0\xaf", r + r},                 // overlong /
    {"\xe0\x80\xaf", r + r + r},         // overlong /
    {"\xed\xa0\x80", r + r + r},         // a surrogate
    {"\xf4\x90\x80\x80", r + r + r + r}, // past U+10FFFF
    {"\xf5\x80", r + r},
    {"\xe2\x82", r}, // cut off
    {"\xe2\x82x", r + "x"},
    {"\xf0\x9f\x98", r},
    {"\xf0\x9f\x98\xe2\x82\xac", r + "€"},
    {std::string("\xe2\x82\0", 3), r + r},
    {std::string("\xc3\0", 2), r + r},
  };
  for (const auto& x : table)
    BOOST_TEST(to_database_text(x.octets) == x.text);
}

BOOST_AUTO_TEST_SUITE_END()
