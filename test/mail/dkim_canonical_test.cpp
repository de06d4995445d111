#include "mail/dkim/canonical.hpp"
#include "mail/smtp/data_encoder.hpp"

#include <boost/test/unit_test.hpp>

#include <random>
#include <string>
#include <vector>

using namespace stagepost::dkim;
using enum canonicalization;

namespace {

std::string body(std::string_view octets, canonicalization how,
                 line_end ends = line_end::any,
                 std::size_t step = std::string::npos) {
  std::string out;
  canonical_body x(how, ends, [&](auto piece) { out += piece; });
  while (!octets.empty()) {
    const auto piece = octets.substr(0, step);
    x.feed(piece);
    octets.remove_prefix(piece.size());
  }
  x.feed("");
  x.finish();
  return out;
}

std::string field(std::string_view text, canonicalization how,
                  line_end ends = line_end::any) {
  std::string out;
  append_canonical(out, text, how, ends);
  return out;
}

struct row {
  std::string_view octets;
  std::string_view simple;
  std::string_view relaxed;
};

} // namespace

BOOST_AUTO_TEST_SUITE(dkim_canonical)

BOOST_AUTO_TEST_CASE(fields) {
  const row table[] = {
    // RFC 6376, 3.4.5
    {"A: X\r\n", "A: X\r\n", "a:X\r\n"},
    {"B : Y\t\r\n\tZ  \r\n", "B : Y\t\r\n\tZ  \r\n", "b:Y Z\r\n"},
    {"Subject:\r\n", "Subject:\r\n", "subject:\r\n"},
    {"Subject: \t \r\n", "Subject: \t \r\n", "subject:\r\n"},
    {"SUBJECT:a\tb  c", "SUBJECT:a\tb  c\r\n", "subject:a b c\r\n"},
    {"X:\r\n  a\r\n \r\n b\r\n", "X:\r\n  a\r\n \r\n b\r\n", "x:a b\r\n"},
    {"X: a: b ; c\r\n", "X: a: b ; c\r\n", "x:a: b ; c\r\n"},
    // What the encoder makes a line end is one here.
    {"X: a\n b\r c\n", "X: a\r\n b\r\n c\r\n", "x:a b c\r\n"},
    {"X: gr\xc3\xbc\xc3\x9f\r\n", "X: gr\xc3\xbc\xc3\x9f\r\n",
     "x:gr\xc3\xbc\xc3\x9f\r\n"},
  };
  for (const auto& x : table) {
    BOOST_TEST_CONTEXT(x.octets) {
      BOOST_TEST(field(x.octets, simple) == x.simple);
      BOOST_TEST(field(x.octets, relaxed) == x.relaxed);
    }
  }
  BOOST_TEST(field("X: a\nb\rc\r\n", simple, line_end::crlf)
             == "X: a\nb\rc\r\n");
}

BOOST_AUTO_TEST_CASE(bodies) {
  const row table[] = {
    {"", "\r\n", ""},
    {"\r\n", "\r\n", ""},
    {"\r\n\r\n\r\n", "\r\n", ""},
    {" \t\r\n \r\n", " \t\r\n \r\n", ""},
    {" ", " \r\n", ""},
    {"a", "a\r\n", "a\r\n"},
    {"a\r\n", "a\r\n", "a\r\n"},
    {"a\r\n\r\n\r\n", "a\r\n", "a\r\n"},
    {"a \t\r\n", "a \t\r\n", "a\r\n"},
    {"a \t b", "a \t b\r\n", "a b\r\n"},
    {"a\r\n \t\r\n\r\n", "a\r\n \t\r\n", "a\r\n"},
    {"\r\n\r\na\r\n", "\r\n\r\na\r\n", "\r\n\r\na\r\n"},
    // RFC 6376, 3.4.5
    {" C \r\nD \t E\r\n\r\n\r\n", " C \r\nD \t E\r\n", " C\r\nD E\r\n"},
    // bare line ends, as the encoder makes them whole
    {"a\nb\rc\r\n", "a\r\nb\r\nc\r\n", "a\r\nb\r\nc\r\n"},
    {"a\n\r\n\r", "a\r\n", "a\r\n"},
    {"a\r\r\nb", "a\r\n\r\nb\r\n", "a\r\n\r\nb\r\n"},
    {"..a\r\n.\r\n", "..a\r\n.\r\n", "..a\r\n.\r\n"},
  };
  for (const auto& x : table) {
    BOOST_TEST_CONTEXT(x.octets) {
      for (const std::size_t step : {1U, 2U, 3U, 1000U}) {
        BOOST_TEST(body(x.octets, simple, line_end::any, step) == x.simple);
        BOOST_TEST(body(x.octets, relaxed, line_end::any, step) == x.relaxed);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(of_binary_content_crlf_alone_ends_a_line) {
  const row table[] = {
    {"a\nb\rc", "a\nb\rc\r\n", "a\nb\rc\r\n"},
    {"a \n", "a \n\r\n", "a \n\r\n"},
    {"a\r", "a\r\r\n", "a\r\r\n"},
    {"a \r\r\n\r\n", "a \r\r\n", "a \r\r\n"},
  };
  for (const auto& x : table) {
    BOOST_TEST_CONTEXT(x.octets) {
      for (const std::size_t step : {1U, 2U, 1000U}) {
        BOOST_TEST(body(x.octets, simple, line_end::crlf, step) == x.simple);
        BOOST_TEST(body(x.octets, relaxed, line_end::crlf, step) == x.relaxed);
      }
    }
  }
}

// A body of line ends alone comes to nothing, and what they become when a
// letter follows passes in pieces.
BOOST_AUTO_TEST_CASE(line_ends_take_no_memory) {
  std::size_t longest = 0;
  std::size_t all = 0;
  canonical_body x(relaxed, line_end::any, [&](auto piece) {
    longest = std::max(longest, piece.size());
    all += piece.size();
  });
  const std::string ends(1U << 20U, '\n');
  x.feed(ends);
  BOOST_TEST(all == 0U);
  x.feed("x");
  x.finish();
  BOOST_TEST(all == 2 * ends.size() + 3);
  BOOST_TEST(longest < 20'000U);
}

// A verifier sees what the encoder sends, without the dots.
BOOST_AUTO_TEST_CASE(what_is_signed_is_what_is_sent) {
  std::mt19937 random{7}; // NOLINT: the same each time
  constexpr std::string_view letters = "\r\n\r\n .\tab";
  for (int i = 0; i < 20'000; ++i) {
    std::string octets(random() % 24, 0);
    for (auto& c : octets)
      c = letters[random() % letters.size()];
    std::string wire;
    stagepost::smtp::data_encoder encoder;
    encoder.encode(octets, wire);
    encoder.finish(wire);
    wire.resize(wire.size() - 3); // the final dot
    std::string seen;
    for (std::size_t j = 0; j < wire.size(); ++j)
      if (wire[j] != '.' || (j != 0 && wire[j - 1] != '\n'))
        seen += wire[j];
      else if (wire[++j] == '.')
        seen += '.';
    for (const auto how : {simple, relaxed}) {
      const auto wanted = body(seen, how, line_end::crlf);
      BOOST_REQUIRE(body(octets, how) == wanted);
      BOOST_REQUIRE(body(octets, how, line_end::any, 1) == wanted);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
