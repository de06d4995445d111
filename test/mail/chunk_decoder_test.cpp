#include "mail/smtp/chunk_decoder.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>
#include <string>

using decoder_t = stagepost::smtp::chunk_decoder;
using namespace std::string_literals;

namespace {

struct decoded {
  std::string octets;
  std::string content;
  bool bare = false;
};
std::ostream& operator<<(std::ostream& out, const decoded& x) {
  return out << '"' << x.octets << '"';
}

const decoded texts[] = {
  {"", ""},
  {"\r\n", "\r\n"},
  {"a\r\nb\r\n", "a\r\nb\r\n"},
  {"a", "a\r\n"},
  {"a\r\n\r\nb", "a\r\n\r\nb\r\n"},
  {".\r\n..\r\n", ".\r\n..\r\n"},
  {"\0\x80\xff"s, "\0\x80\xff\r\n"s},
  {"\n", "\r\n", true},
  {"\r", "\r\n", true},
  {"a\nb", "a\r\nb\r\n", true},
  {"a\rb", "a\r\nb\r\n", true},
  {"a\n\nb\r\n", "a\r\n\r\nb\r\n", true},
  {"a\r\rb\r\n", "a\r\n\r\nb\r\n", true},
  {"a\r\r\n", "a\r\n\r\n", true},
  {"a\n\r\n", "a\r\n\r\n", true},
  {"a\n\r", "a\r\n\r\n", true},
  {"a\r\n\r", "a\r\n\r\n", true},
  {"a\r\n.\n", "a\r\n.\r\n", true},
};

decoded decode(const std::string& octets, std::size_t cut, bool binary) {
  decoder_t x{binary};
  decoded out{octets, "", false};
  x.decode(octets.substr(0, cut), out.content);
  x.decode(octets.substr(cut), out.content);
  x.finish(out.content);
  out.bare = x.bare_newline();
  return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(chunk_decoder)

BOOST_DATA_TEST_CASE(text_becomes_lines_however_it_is_cut, texts, x) {
  for (std::size_t cut = 0; cut <= x.octets.size(); ++cut) {
    const auto found = decode(x.octets, cut, false);
    BOOST_TEST(found.content == x.content);
    BOOST_TEST(found.bare == x.bare);
  }
}

BOOST_DATA_TEST_CASE(binary_octets_stay_as_they_are, texts, x) {
  for (std::size_t cut = 0; cut <= x.octets.size(); ++cut) {
    const auto found = decode(x.octets, cut, true);
    BOOST_TEST(found.content == x.octets);
    BOOST_TEST(!found.bare);
  }
}

BOOST_AUTO_TEST_CASE(a_cr_at_the_end_waits_for_its_lf) {
  decoder_t x{false};
  std::string out;
  x.decode("a\r", out);
  BOOST_TEST(out == "a");
  BOOST_TEST(!x.bare_newline());
  x.decode("", out);
  x.decode("\n", out);
  BOOST_TEST(out == "a\r\n");
  BOOST_TEST(!x.bare_newline());
}

BOOST_AUTO_TEST_SUITE_END()
