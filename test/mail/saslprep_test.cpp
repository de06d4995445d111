#include "mail/sasl/saslprep.hpp"

#include <boost/test/unit_test.hpp>

using namespace stagepost;

// The suite bears the name of the function.
namespace {

auto prepare(std::string_view text) {
  return sasl::saslprep(text);
}

} // namespace

BOOST_AUTO_TEST_SUITE(saslprep)

BOOST_AUTO_TEST_CASE(ways_of_typing_a_name_become_one) {
  const struct {
    std::string_view typed, prepared;
  } table[] = {
    {"I\xc2\xadX", "IX"}, // RFC 4013, 3: soft hyphen
    {"user", "user"},
    {"USER", "USER"},
    {"\xc2\xaa", "a"},
    {"\xe2\x85\xa8", "IX"},
    {"a b~!\"", "a b~!\""},
    {"a\xc2\xa0"
     "b",
     "a b"},
    {"a\xe3\x80\x80"
     "b",
     "a b"},
    {"u\xcc\x88", "\xc3\xbc"}, // composed
    {"\xef\xac\x81", "fi"},
    {"\xd8\xa7\xd8\xa8", "\xd8\xa7\xd8\xa8"}, // right to left throughout
    {"\xf0\x9f\x94\x92", "\xf0\x9f\x94\x92"}, // not assigned in Unicode 3.2
  };
  for (const auto& x : table) {
    const auto found = prepare(x.typed);
    BOOST_TEST_CONTEXT(x.typed) {
      BOOST_REQUIRE(found.has_value());
      BOOST_TEST(*found == x.prepared);
      BOOST_TEST(prepare(*found).value() == x.prepared);
    }
  }
}

BOOST_AUTO_TEST_CASE(what_no_name_may_have_is_refused) {
  const std::string_view table[] = {
    "",
    "\x07",         // RFC 4013, 3: a control character
    "\xd8\xa7\x31", // RFC 4013, 3: ends in another direction
    "a\r\n",
    "a\x7f",
    "a\tb",
    {"a\0b", 3},
    "\xc2\xad",     // nothing is left
    "\xc2\x85",     // next line
    "\xe2\x80\xa8", // line separator
    "\xe2\x80\xae"
    "a",            // right-to-left override
    "\xee\x80\x80", // private use
    "\xef\xbf\xbd", // replacement character
    "\xef\xbf\xbf", // no character
    "\xd8\xa7"
    "a\xd8\xa7", // both directions
    // no UTF-8
    "\xe9",
    "caf\xe9",
    "\x80",
    "\xc3",
    "\xc3\x28",
    "\xc0\x80",
    "\xc1\xa1",
    "\xe0\x80\xaf",
    "\xed\xa0\x80",
    "\xf0\x80\x80\xaf",
    "\xf4\x90\x80\x80",
    "\xf8\x88\x80\x80\x80",
    "\xff",
  };
  for (const auto text : table)
    BOOST_TEST(prepare(text).error() == make_error_code(format_errc::syntax),
               text);
}

BOOST_AUTO_TEST_CASE(the_longest_expansion_fits) {
  std::string typed;
  for (int i = 0; i < 4096 / 3; ++i)
    typed += "\xef\xb7\xba"; // 3 octets for a blessing of 18 letters
  BOOST_REQUIRE(prepare(typed).has_value());
  BOOST_TEST(prepare(typed)->size() == typed.size() * 11);
  BOOST_TEST(prepare(std::string(4097, 'a')).error()
             == make_error_code(format_errc::too_long));
}

BOOST_AUTO_TEST_SUITE_END()
