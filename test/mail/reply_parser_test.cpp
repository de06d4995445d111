#include "mail/smtp/reply_parser.hpp"

#include <boost/test/unit_test.hpp>

#include <vector>

using namespace stagepost;
using namespace stagepost::smtp;

namespace {

struct parsed {
  std::vector<reply> replies;
  boost::system::error_code why;
  bool amid = false;
};

parsed parse(std::string_view octets, std::size_t step) {
  parsed out;
  smtp::reply_parser parser;
  while (!octets.empty() && !out.why) {
    auto piece = octets.substr(0, step);
    octets.remove_prefix(piece.size());
    while (!piece.empty() && !out.why) {
      const auto state = parser.feed(piece);
      if (state == smtp::reply_parser::status::whole)
        out.replies.push_back(parser.take());
      else if (state == smtp::reply_parser::status::failed)
        out.why = parser.why();
    }
  }
  out.amid = parser.amid();
  return out;
}

// The same whole, octet by octet, and in pieces of 3.
parsed parse(std::string_view octets) {
  const auto whole = parse(octets, octets.size() + 1);
  for (const std::size_t step : {1U, 3U}) {
    const auto split = parse(octets, step);
    BOOST_TEST((split.replies == whole.replies));
    BOOST_TEST(split.why == whole.why);
    BOOST_TEST(split.amid == whole.amid);
  }
  return whole;
}

reply only(std::string_view octets) {
  const auto x = parse(octets);
  BOOST_REQUIRE(!x.why);
  BOOST_REQUIRE(x.replies.size() == 1U);
  BOOST_TEST(!x.amid);
  return x.replies[0];
}

} // namespace

BOOST_AUTO_TEST_SUITE(reply_parser)

BOOST_AUTO_TEST_CASE(replies_are_read) {
  const struct {
    std::string_view octets;
    reply expected;
  } table[] = {
    {"250 2.1.5 Ok\r\n", {250, {2, 1, 5}, "Ok"}},
    {"250 Ok\r\n", {250, {}, "Ok"}},
    {"250\r\n", {250, {}, ""}},
    {"250 \r\n", {250, {}, ""}},
    {"250 Ok\n", {250, {}, "Ok"}},
    {"354 go on\r\n", {354, {}, "go on"}},
    {"250-a\r\n250-\r\n250 b\r\n", {250, {}, "a\n\nb"}},
    {"250-a\r\n250\r\n", {250, {}, "a\n"}},
    {"550-5.1.1 No\r\n550 5.1.1 such user\r\n",
     {550, {5, 1, 1}, "No\nsuch user"}},
    {"550-5.1.1 No\r\n550 such user\r\n", {550, {5, 1, 1}, "No\nsuch user"}},
    {"550-5.1.1 No\r\n550 5.1.2 such\r\n", {550, {5, 1, 1}, "No\n5.1.2 such"}},
    {"550-No\r\n550 5.1.1 such user\r\n", {550, {}, "No\n5.1.1 such user"}},
    {"250 2.1.5\r\n", {250, {2, 1, 5}, ""}},
    {"599 5.999.999 x\r\n", {599, {5, 999, 999}, "x"}},
    {"250 a\tb\x01\x7f\r c\r\n", {250, {}, "a b    c"}},
    {{"250 a\0b\r\n", 9}, {250, {}, "a b"}},
    {"250 \xc3\xa9\r\n", {250, {}, "\xc3\xa9"}},
  };
  for (const auto& x : table)
    BOOST_TEST_CONTEXT(x.octets)
  BOOST_TEST((only(x.octets) == x.expected));
}

BOOST_AUTO_TEST_CASE(what_only_looks_like_an_enhanced_code_is_text) {
  for (const std::string text :
       {"4.1.1 other class", "3.1.1 no class", "5.1 short", "5.1.1.1 long",
        "5.1.1x", "5.1.1000 big", "5.1000.1 big", "5.01.1 zero", "5..1", "5.1.",
        "5.-1.1", "5.1.1-", "5"}) {
    const auto x = only("550 " + text + "\r\n");
    BOOST_TEST(!x.enhanced.present());
    BOOST_TEST(x.text == text);
  }
}

BOOST_AUTO_TEST_CASE(replies_that_come_together_are_read_one_by_one) {
  const auto x = parse("250 a\r\n550-b\r\n550 c\r\n354 d\r\n25");
  BOOST_REQUIRE(x.replies.size() == 3U);
  BOOST_TEST(x.replies[0].text == "a");
  BOOST_TEST(x.replies[1].text == "b\nc");
  BOOST_TEST(x.replies[2].code == 354);
  BOOST_TEST(x.amid);
}

BOOST_AUTO_TEST_CASE(what_is_no_smtp_is_refused) {
  for (const std::string_view octets :
       {"\r\n", "HTTP/1.1 400 Bad Request\r\n", "25\r\n", "2500\r\n",
        "250x\r\n", "250\tx\r\n", "199 x\r\n", "600 x\r\n", "000 x\r\n",
        "-50 x\r\n", " 250 x\r\n", "25a x\r\n", "250-a\r\n251 b\r\n",
        "250-a\r\n550-b\r\n", "250-a\r\n\r\n", "250-a\r\nb\r\n",
        "\x16\x03\x01\n"}) {
    BOOST_TEST_CONTEXT(octets)
    BOOST_TEST(parse(octets).why == make_error_code(format_errc::syntax));
  }
}

BOOST_AUTO_TEST_CASE(a_failed_parser_says_what_it_saw_and_stays_failed) {
  smtp::reply_parser parser;
  std::string_view octets = "HTTP/1.1 \x1b[2J400\r\n250 Ok\r\n";
  BOOST_TEST((parser.feed(octets) == smtp::reply_parser::status::failed));
  BOOST_TEST(parser.offending() == "HTTP/1.1  [2J400");
  BOOST_TEST((parser.feed(octets) == smtp::reply_parser::status::failed));
}

BOOST_AUTO_TEST_CASE(long_lines_are_clipped_and_the_dialogue_stays_in_step) {
  const auto x = parse("550 " + std::string(100'000, 'x') + "\r\n250 Ok\r\n");
  BOOST_REQUIRE(x.replies.size() == 2U);
  BOOST_TEST(x.replies[0].text.size() == 2048U - 4U);
  BOOST_TEST(x.replies[1].text == "Ok");
}

BOOST_AUTO_TEST_CASE(of_a_long_reply_128_lines_are_kept) {
  std::string octets;
  for (int i = 0; i < 1023; ++i)
    octets += "250-x\r\n";
  BOOST_TEST(only(octets + "250 y\r\n").text.size() == 2U * 128U - 1U);
  BOOST_TEST(parse(octets + "250-x\r\n250 y\r\n").why
             == make_error_code(format_errc::too_long));
}

BOOST_AUTO_TEST_CASE(a_reply_without_end_is_refused) {
  const auto x = parse(std::string(2U << 20U, '2'), 4096);
  BOOST_TEST(x.why == make_error_code(format_errc::too_long));
}

BOOST_AUTO_TEST_SUITE_END()
