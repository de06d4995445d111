#include "mail/idna.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>
#include <string>

using namespace stagepost;

namespace {

struct row {
  std::string given;
  std::string ascii;
  std::string unicode;
};
std::ostream& operator<<(std::ostream& out, const row& x) {
  return out << x.given;
}

const row good[] = {
  {"Example.COM", "example.com", "example.com"},
  {"bücher.example", "xn--bcher-kva.example", "bücher.example"},
  {"BÜCHER.Example", "xn--bcher-kva.example", "bücher.example"},
  {"bu\u0308cher.example", "xn--bcher-kva.example", "bücher.example"},
  {"straße.example", "xn--strae-oqa.example", "straße.example"},
  {"例え.テスト", "xn--r8jz45g.xn--zckzah", "例え.テスト"},
  {"почта.рф", "xn--80a1acny.xn--p1ai", "почта.рф"},
  // other scripts' dots and letters of double width
  {"ａ。example", "a.example", "a.example"},
  {"xn--bcher-kva.example", "xn--bcher-kva.example", "xn--bcher-kva.example"},
};

const std::string refused[] = {
  "b\xc3.example",     // no UTF-8
  "b\xc2\x85.example", // a control character
  "a\u202e.example",   // turns the direction of writing
  "\u2028.example",
  "\u0300a.example", // begins with a combining mark
  "😀.example",
  "ü" + std::string(63, 'a') + ".example",
  std::string("ü\0.example", 11),
  std::string(2000, 'a') + "ü",
};

} // namespace

BOOST_AUTO_TEST_SUITE(idna)

BOOST_DATA_TEST_CASE(each_spelling_of_a_name_is_one_name, good, x) {
  BOOST_TEST(*to_ascii_domain(x.given) == x.ascii);
  BOOST_TEST(*to_unicode_domain(x.given) == x.unicode);
  BOOST_TEST(*to_ascii_domain(*to_unicode_domain(x.given)) == x.ascii);
}

BOOST_DATA_TEST_CASE(what_is_no_name_is_refused, refused, text) {
  const auto syntax = make_error_code(format_errc::syntax);
  BOOST_TEST(to_ascii_domain(text).error() == syntax);
  BOOST_TEST(to_unicode_domain(text).error() == syntax);
}

BOOST_AUTO_TEST_SUITE_END()
