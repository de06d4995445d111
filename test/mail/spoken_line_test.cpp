#include "mail/outlet/spoken_line.hpp"

#include <boost/test/unit_test.hpp>

namespace talk = stagepost::outlet;

namespace {

struct row {
  std::string_view said;
  std::string_view kept;
};

} // namespace

BOOST_AUTO_TEST_SUITE(spoken_line)

BOOST_AUTO_TEST_CASE(the_last_line_with_words_counts) {
  const row table[] = {
    {"", ""},
    {"\n\n", ""},
    {" \t\r\n", ""},
    {"one", "one"},
    {"one\n", "one"},
    {"one\r\ntwo\r\n", "two"},
    {"one\ntwo", "two"},
    {"one\n\n  \n", "one"},
    {"  spaces around  ", "spaces around"},
  };
  for (const auto& x : table)
    BOOST_TEST(talk::last_spoken_line(x.said) == x.kept, x.said);
}

BOOST_AUTO_TEST_CASE(nothing_of_it_can_end_a_reply_or_steer_a_terminal) {
  const row table[] = {
    {"a\rb", "a b"},
    {"a\r\n250 OK", "a  250 OK"},
    {std::string_view{"a\0b", 3}, "a b"},
    {"\x1b[31mred", "[31mred"},
    {"a\x7f", "a"},
    {"a\xc2\x85z", "a z"},
    {"gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f"},
    {"\xff\xfe", "??"},
    {"cut \xc3", "cut ?"},
  };
  for (const auto& x : table)
    BOOST_TEST(talk::spoken_line(x.said) == x.kept, x.said);
}

BOOST_AUTO_TEST_CASE(a_long_line_is_cut_between_characters) {
  BOOST_TEST(talk::spoken_line(std::string(5000, 'x'))
             == std::string(talk::longest_spoken_line, 'x'));
  std::string umlauts = "x";
  for (int i = 0; i < 1000; ++i)
    umlauts += "\xc3\xbc";
  const auto kept = talk::spoken_line(umlauts);
  BOOST_TEST(kept.size() == talk::longest_spoken_line - 1);
  BOOST_TEST(kept == umlauts.substr(0, kept.size()));
}

BOOST_AUTO_TEST_SUITE_END()
