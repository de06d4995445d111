#include "mail/utf8.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <string>

using namespace stagepost;

namespace {

const std::string refused[] = {
  "\x80",
  "\xbf",
  "\xc0\x80",
  "\xc1\xbf",
  "\xc3",
  "\xc3(",
  "\xe0\x9f\xbf",
  "\xe2\x82",
  "\xed\xa0\x80",
  "\xed\xbf\xbf",
  "\xf0\x8f\xbf\xbf",
  "\xf4\x90\x80\x80",
  "\xf5\x80\x80\x80",
  "\xff",
  "a\xfe",
  "\xe2\x82\xc3",
  "\xf0\x9f\x98",
};

} // namespace

BOOST_AUTO_TEST_SUITE(utf8)

BOOST_AUTO_TEST_CASE(characters_of_each_length_are_read) {
  const struct {
    std::string text;
    std::uint32_t code;
  } table[] = {
    {std::string(1, '\0'), 0},
    {"a", 'a'},
    {"\x7f", 0x7f},
    {"\xc2\x80", 0x80},
    {"\xc3\xb6", 0xf6},
    {"\xdf\xbf", 0x7ff},
    {"\xe0\xa0\x80", 0x800},
    {"\xe2\x82\xac", 0x20ac},
    {"\xed\x9f\xbf", 0xd7ff},
    {"\xef\xbf\xbf", 0xffff},
    {"\xf0\x90\x80\x80", 0x10000},
    {"\xf0\x9f\x98\x80", 0x1f600},
    {"\xf4\x8f\xbf\xbf", 0x10ffff},
  };
  for (const auto& x : table) {
    const auto found = first_character(x.text + "b");
    BOOST_TEST(found.code == x.code);
    BOOST_TEST(found.length == x.text.size());
    BOOST_TEST(is_utf8(x.text));
  }
}

BOOST_DATA_TEST_CASE(what_is_no_utf8_is_refused, refused, text) {
  BOOST_TEST(!is_utf8(text));
  BOOST_TEST(!is_utf8("a" + text + "b"));
}

BOOST_AUTO_TEST_CASE(nothing_is_text_but_no_character) {
  BOOST_TEST(is_utf8(""));
  BOOST_TEST(is_ascii(""));
  BOOST_TEST(first_character("").length == 0U);
}

BOOST_AUTO_TEST_CASE(what_disturbs_a_reader_is_known) {
  for (const auto code : {0U, 0x1FU, 0x7FU, 0x85U, 0x9FU, 0x61CU, 0x200EU,
                          0x2028U, 0x2029U, 0x202EU, 0x2066U, 0x2069U, 0xFEFFU})
    BOOST_TEST(disturbs(code), code);
  for (const auto code : {0x20U, 0x7EU, 0xA0U, 0xE4U, 0x200DU, 0x2027U, 0x202FU,
                          0x2065U, 0x206AU, 0x1F600U})
    BOOST_TEST(!disturbs(code), code);
}

BOOST_AUTO_TEST_CASE(ascii_ends_at_127) {
  BOOST_TEST(is_ascii(std::string("\0 ~\x7f", 4)));
  BOOST_TEST(!is_ascii("a\x80"));
}

BOOST_AUTO_TEST_SUITE_END()
