#include "mail/mime/transfer_encoding.hpp"

#include <boost/test/unit_test.hpp>

using namespace stagepost::mime;

namespace {

template <class Encoder>
std::string encoded(std::string_view octets, std::size_t step) {
  Encoder it;
  std::string out;
  for (; !octets.empty(); octets.remove_prefix(std::min(step, octets.size())))
    it.encode(octets.substr(0, step), out);
  it.finish(out);
  return out;
}

template <class Encoder>
void check(std::string_view octets, std::string_view lines) {
  for (const std::size_t step : {1U, 2U, 3U, 7U, 1000U})
    BOOST_TEST(encoded<Encoder>(octets, step) == lines);
}

std::string many(std::string_view x, int n) {
  std::string out;
  for (int i = 0; i < n; ++i)
    out += x;
  return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(transfer_encoding)

BOOST_AUTO_TEST_CASE(quoted_printable_keeps_what_can_be_read) {
  using it = quoted_printable_encoder;
  check<it>("", "");
  check<it>("a b\r\nc", "a b\r\nc");
  check<it>("1+1=2\r\n", "1+1=3D2\r\n");
  check<it>("Gr\xc3\xbc\xc3\x9f"
            "e",
            "Gr=C3=BC=C3=9Fe");
  check<it>("\t.\r\n.\r\n", "\t.\r\n.\r\n");
  check<it>({"\0\x7f", 2}, "=00=7F");
}

BOOST_AUTO_TEST_CASE(space_at_the_end_of_a_line_is_encoded) {
  using it = quoted_printable_encoder;
  check<it>("a \r\nb\t\r\n  \r\n ", "a=20\r\nb=09\r\n =20\r\n=20");
}

BOOST_AUTO_TEST_CASE(line_ends_that_are_none_are_encoded) {
  using it = quoted_printable_encoder;
  check<it>("a\rb\nc\r\r\n\n\r", "a=0Db=0Ac=0D\r\n=0A=0D");
}

BOOST_AUTO_TEST_CASE(lines_are_76_characters_at_most) {
  using it = quoted_printable_encoder;
  check<it>(many("a", 200),
            many("a", 75) + "=\r\n" + many("a", 75) + "=\r\n" + many("a", 50));
  check<it>(many("=", 26), many("=3D", 25) + "=\r\n=3D");
}

BOOST_AUTO_TEST_CASE(base64_fills_its_lines) {
  using it = base64_encoder;
  check<it>("", "");
  check<it>("f", "Zg==");
  check<it>("fo", "Zm8=");
  check<it>("foo", "Zm9v");
  check<it>("foobar\r\n", "Zm9vYmFyDQo=");
  check<it>({"\0\xff\x10", 3}, "AP8Q");
  check<it>(many("foo", 19), many("Zm9v", 19));
  check<it>(many("foo", 20), many("Zm9v", 19) + "\r\nZm9v");
}

BOOST_AUTO_TEST_SUITE_END()
