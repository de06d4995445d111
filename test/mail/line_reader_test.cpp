#include "mail/smtp/line_reader.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

using reader_t = stagepost::smtp::line_reader;
using fault = reader_t::fault;

namespace {

struct found {
  std::string text;
  fault what;
  bool operator==(const found&) const = default;
};

/// The lines of `octets`, fed `step` at a time.
std::vector<found> lines(std::string_view octets, std::size_t step,
                         std::size_t most = reader_t::max_octets) {
  reader_t reader;
  std::vector<found> out;
  for (std::size_t at = 0; at < octets.size(); at += step) {
    auto piece = octets.substr(at, step);
    while (!piece.empty())
      if (const auto line = reader.next(piece, most))
        out.push_back({std::string{line->text}, line->what});
  }
  return out;
}

void check(std::string_view octets, const std::vector<found>& expected) {
  for (const std::size_t step : {std::size_t{1}, std::size_t{2}, std::size_t{3},
                                 std::size_t{1000}, octets.size()})
    BOOST_CHECK(lines(octets, step) == expected);
}

std::string octets(std::size_t n) {
  return std::string(n, 'x');
}

} // namespace

BOOST_AUTO_TEST_SUITE(line_reader)

BOOST_AUTO_TEST_CASE(lines_end_at_crlf_however_they_come) {
  check("NOOP\r\n\r\nRSET x\r\nQU",
        {{"NOOP", fault::none}, {"", fault::none}, {"RSET x", fault::none}});
}

BOOST_AUTO_TEST_CASE(an_octet_that_is_no_printable_ascii_spoils_its_line_only) {
  check("NO\rOP\r\nRSET\r\n", {{"", fault::bad_octet}, {"RSET", fault::none}});
  check(std::string_view("NO\0P\r\nRSET\r\n", 12),
        {{"", fault::bad_octet}, {"RSET", fault::none}});
  check("N\xf6P\r\n", {{"", fault::bad_octet}});
  check("NOOP\r\r\n", {{"", fault::bad_octet}});
  check("NOOP\t\r\n", {{"", fault::bad_octet}});
  check("NOOP\x7f\r\n", {{"", fault::bad_octet}});
}

BOOST_AUTO_TEST_CASE(utf8_is_told_and_nothing_else_over_127_is_taken) {
  check("N\xc3\xb6P\r\n", {{"N\xc3\xb6P", fault::none}});
  reader_t reader;
  std::string_view text = "N\xc3\xb6P\r\nNOOP\r\n";
  BOOST_TEST(!reader.next(text)->ascii);
  BOOST_TEST(reader.next(text)->ascii);
  for (const auto* line : {"\xc3\r\n", "\xc0\xaf\r\n", "\xed\xa0\x80\r\n",
                           "\xf5\x80\x80\x80\r\n", "\xc3\xb6\t\r\n"})
    check(line, {{"", fault::bad_octet}});
}

BOOST_AUTO_TEST_CASE(an_lf_alone_is_told_at_once) {
  check("NOOP\n", {{"", fault::bare_lf}});
  check("\n", {{"", fault::bare_lf}});
  check("NOOP\r\n\nRSET\r\n",
        {{"NOOP", fault::none}, {"", fault::bare_lf}, {"RSET", fault::none}});
  check(octets(5000) + "\n", {{"", fault::bare_lf}});
}

BOOST_AUTO_TEST_CASE(a_line_has_2048_octets_with_its_crlf) {
  check(octets(2046) + "\r\nNOOP\r\n",
        {{octets(2046), fault::none}, {"NOOP", fault::none}});
  check(octets(2047) + "\r\nNOOP\r\n",
        {{"", fault::too_long}, {"NOOP", fault::none}});
  check(octets(100'000) + "\r\nNOOP\r\n",
        {{"", fault::too_long}, {"NOOP", fault::none}});
}

BOOST_AUTO_TEST_CASE(a_line_of_a_login_may_have_12288_octets) {
  for (const std::size_t step : {1U, 1000U, 20'000U}) {
    const auto most = reader_t::max_login_octets;
    BOOST_CHECK(lines(octets(12'288) + "\r\n", step, most)
                == (std::vector<found>{{octets(12'288), fault::none}}));
    BOOST_CHECK(lines(octets(12'289) + "\r\n", step, most)
                == (std::vector<found>{{"", fault::too_long}}));
  }
}

BOOST_AUTO_TEST_CASE(a_line_without_end_is_given_up_after_a_mib) {
  const auto most = octets(reader_t::max_dropped - 1);
  BOOST_CHECK(lines(most + "\r\n", 4096)
              == (std::vector<found>{{"", fault::too_long}}));
  for (const std::size_t step : {std::size_t{4096}, std::size_t{2} << 20U})
    BOOST_CHECK(lines(most + "x\r\n", step).front()
                == (found{"", fault::endless}));
}

BOOST_AUTO_TEST_SUITE_END()
