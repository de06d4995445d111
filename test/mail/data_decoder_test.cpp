#include "mail/smtp/data_decoder.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>
#include <string>

using decoder_t = stagepost::smtp::data_decoder;

namespace {

struct sample {
  std::string wire; ///< What follows DATA.
  std::string content;
  bool bare;
  std::string rest; ///< Of `wire`, behind the end.
};
std::ostream& operator<<(std::ostream& out, const sample& x) {
  for (const char c : x.wire)
    c == '\r' ? out << "\\r" : c == '\n' ? out << "\\n" : out << c;
  return out;
}

const sample ended[] = {
  {".\r\n", "", false, ""},
  {"a\r\n.\r\n", "a\r\n", false, ""},
  {"a\r\n\r\nb\r\n.\r\n", "a\r\n\r\nb\r\n", false, ""},
  {"a\r\n.\r\nQUIT\r\n", "a\r\n", false, "QUIT\r\n"},
  {".\r\n.\r\n", "", false, ".\r\n"},
  {"..\r\n.\r\n", ".\r\n", false, ""},
  {"...a\r\n..\r\n.\r\n", "..a\r\n.\r\n", false, ""},
  {".a\r\n.\r\n", "a\r\n", false, ""}, // 4.5.2: the first dot always goes
  {"a.\r\n.\r\n", "a.\r\n", false, ""},
  {"a.b\r\n.c.\r\n.\r\n", "a.b\r\nc.\r\n", false, ""},
  // whatever stands alone becomes a line end, and ends nothing
  {"a\nb\r\n.\r\n", "a\r\nb\r\n", true, ""},
  {"a\rb\r\n.\r\n", "a\r\nb\r\n", true, ""},
  {"a\n.\nb\r\n.\r\n", "a\r\n\r\nb\r\n", true, ""},
  {"a\n.\r\nb\r\n.\r\n", "a\r\n\r\nb\r\n", true, ""},
  {"a\r\n.\nb\r\n.\r\n", "a\r\n\r\nb\r\n", true, ""},
  {"a\r.\rb\r\n.\r\n", "a\r\n\r\nb\r\n", true, ""},
  {"a\r.\r\nb\r\n.\r\n", "a\r\n\r\nb\r\n", true, ""},
  {"a\r\n.\rb\r\n.\r\n", "a\r\n\r\nb\r\n", true, ""},
  {"a\r\n.\r\r\nb\r\n.\r\n", "a\r\n\r\n\r\nb\r\n", true, ""},
  {"a\r\r\n.\r\n", "a\r\n\r\n", true, ""},
  {"a\n\r\n.\r\n", "a\r\n\r\n", true, ""},
  {".\n.\r\n.\r\n", "\r\n\r\n", true, ""},
  {"\r\n.\r\n", "\r\n", false, ""},
  {"\n.\r\n\r\n.\r\n", "\r\n\r\n\r\n", true, ""},
};

const std::string not_ended[] = {
  "",
  ".",
  ".\r",
  ".\n",
  ".\r.\r",
  "a.\r\n",
  "a\n.\n",
  "a\n.\r\n",
  "a\r\n.\n",
  "a\r\n.\r",
  "a\r.\r",
  "a\r.\r\n",
  "a\n\r.\r\n",
  "a\r\n.\r\r\n",
  "a\r\n..\r\n",
  "a\r\n. \r\n",
  std::string("a\r\n.\0\r\n", 7),
  std::string("a\r\n\0.\r\n", 7),
};

} // namespace

BOOST_AUTO_TEST_SUITE(data_decoder)

BOOST_DATA_TEST_CASE(content_is_found_however_it_is_cut, ended, x) {
  for (std::size_t a = 0; a <= x.wire.size(); ++a)
    for (std::size_t b = a; b <= x.wire.size(); ++b) {
      decoder_t decoder;
      std::string out;
      std::string rest;
      const std::string_view wire = x.wire;
      for (auto piece :
           {wire.substr(0, a), wire.substr(a, b - a), wire.substr(b)}) {
        piece.remove_prefix(decoder.decode(piece, out));
        rest += piece;
      }
      BOOST_REQUIRE(decoder.ended());
      BOOST_REQUIRE_EQUAL(out, x.content);
      BOOST_REQUIRE_EQUAL(rest, x.rest);
      BOOST_REQUIRE_EQUAL(decoder.bare_newline(), x.bare);
    }
}

BOOST_DATA_TEST_CASE(nothing_but_crlf_dot_crlf_ends_it, not_ended, wire) {
  decoder_t whole;
  std::string out;
  BOOST_TEST(whole.decode(wire, out) == wire.size());
  BOOST_TEST(!whole.ended());
  decoder_t single;
  for (const char c : wire)
    single.decode({&c, 1}, out);
  BOOST_TEST(!single.ended());
}

BOOST_AUTO_TEST_CASE(an_octet_0_is_noted_and_kept) {
  decoder_t decoder;
  std::string out;
  decoder.decode("a\r\n", out);
  BOOST_TEST(!decoder.nul());
  decoder.decode(std::string_view("\0\r\n.\r\n", 6), out);
  BOOST_TEST(decoder.nul());
  BOOST_TEST(decoder.ended());
  BOOST_TEST(out == std::string("a\r\n\0\r\n", 6));
}

BOOST_AUTO_TEST_CASE(an_octet_0_behind_the_end_is_none_of_its_business) {
  decoder_t decoder;
  std::string out;
  decoder.decode(std::string_view(".\r\n\0", 4), out);
  BOOST_TEST(!decoder.nul());
}

BOOST_AUTO_TEST_CASE(hostile_line_ends_cost_no_more_than_one_look) {
  // 2 MiB of each would take minutes if a search began anew at every octet.
  for (const char c : {'\r', '\n', '.'}) {
    decoder_t decoder;
    std::string out;
    decoder.decode(std::string(2U << 20U, c), out);
    BOOST_TEST(!decoder.ended());
  }
}

BOOST_AUTO_TEST_SUITE_END()
