#include "actors/runtime/log.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

using namespace stagepost;

namespace {

std::string text(log::fields xs) {
  return log::compose(log::format::text, "smtp", "said", xs);
}

boost::json::object json(log::fields xs) {
  const auto line
    = '{' + log::compose(log::format::json, "smtp", "said", xs) + '}';
  for (const char c : line)
    BOOST_TEST(((static_cast<unsigned char>(c) >= 32 && c != 127)));
  return boost::json::parse(line).as_object();
}

/// What clients could say to break a line, or a log's reader.
const std::vector<std::string> hostile{
  "a\r\n2026-01-01T00:00:00.000Z info smtp accepted id=1",
  "x id=42",
  "x\tid=42",
  "\" id=42",
  "\\\" id=42",
  "a\nb",
  std::string("a\0b", 3),
  "\x1b[2J",
  "\x7f",
  "\\",
  "\"",
  "\xff\xfe",
  "\xc3\xa9"};

} // namespace

BOOST_AUTO_TEST_SUITE(log_line)

BOOST_AUTO_TEST_CASE(plain_values_are_written_plainly) {
  BOOST_TEST(text({{"from", "a@example.com"}, {"octets", 42}, {"left", -1}})
             == "smtp said from=a@example.com octets=42 left=-1");
}

BOOST_AUTO_TEST_CASE(an_empty_value_is_seen_to_be_empty) {
  BOOST_TEST(text({{"from", ""}, {"to", "b"}}) == "smtp said from=\"\" to=b");
}

BOOST_AUTO_TEST_CASE(values_that_are_not_plain_are_quoted) {
  BOOST_TEST(text({{"reply", "550 5.1.1 No such user"}})
             == "smtp said reply=\"550 5.1.1 No such user\"");
  BOOST_TEST(text({{"x", "a=b"}}) == "smtp said x=\"a=b\"");
  BOOST_TEST(text({{"x", "a\"b\\"}}) == "smtp said x=\"a\\\"b\\\\\"");
}

BOOST_AUTO_TEST_CASE(nothing_that_a_client_says_ends_a_line) {
  for (const auto& value : hostile)
    for (const char c : text({{"helo", value}, {"id", 7}}))
      BOOST_TEST((static_cast<unsigned char>(c) >= ' ' && c != 127));
}

// Reads a line as its readers do: a value is in quotes or has no space.
BOOST_AUTO_TEST_CASE(nothing_that_a_client_says_passes_for_a_key) {
  for (const auto& value : hostile) {
    const auto line = text({{"helo", value}, {"id", 7}});
    bool quoted = false;
    std::string outside;
    for (std::size_t i = 0; i < line.size(); ++i) {
      if (quoted && line[i] == '\\')
        ++i;
      else if (line[i] == '"')
        quoted = !quoted;
      else if (!quoted)
        outside += line[i];
    }
    BOOST_TEST_CONTEXT(line) {
      BOOST_TEST(!quoted);
      BOOST_TEST(outside.find("id=42") == std::string::npos);
      BOOST_TEST(outside.find(" id=7") != std::string::npos);
    }
  }
}

BOOST_AUTO_TEST_CASE(json_says_what_was_said) {
  for (const auto& value : hostile) {
    const auto x = json({{"helo", value}, {"id", 7}});
    BOOST_TEST(x.at("branch") == "smtp");
    BOOST_TEST(x.at("event") == "said");
    BOOST_TEST(x.at("id").to_number<int>() == 7);
    const bool ascii
      = value.find_first_of("\xff\xfe\xc3\xa9") == std::string::npos;
    if (ascii)
      BOOST_TEST(x.at("helo").as_string() == value);
  }
}

BOOST_AUTO_TEST_CASE(utf_8_stays_and_what_is_none_is_replaced) {
  const std::string fine = "f\xc3\xbcr \xe2\x82\xac \xf0\x9f\x93\xa8";
  BOOST_TEST(json({{"x", fine}}).at("x").as_string() == fine);
  BOOST_TEST(text({{"x", fine}}) == "smtp said x=\"" + fine + '"');
  for (const auto* bad :
       {"\xff", "\xc3", "\xc0\xaf", "\xe0\x80\xaf", "\xc2\x9b"}) {
    const auto x = json({{"x", bad}}).at("x").as_string();
    BOOST_TEST((x.find("\xef\xbf\xbd") == 0));
  }
}

// U+2028 ends a line for some programs, U+202E turns the rest of it around.
BOOST_AUTO_TEST_CASE(nothing_ends_or_turns_a_line_for_those_who_show_it) {
  for (const auto* bad :
       {"\xe2\x80\xa8", "\xe2\x80\xa9", "\xe2\x80\xae", "\xe2\x80\x8f",
        "\xe2\x81\xa6", "\xef\xbb\xbf", "\xd8\x9c"}) {
    BOOST_TEST(text({{"x", bad}}).find(bad) == std::string::npos);
    BOOST_TEST(json({{"x", bad}}).at("x").as_string().find(bad)
               == std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(numbers_are_numbers_in_json) {
  const auto x = json({{"n", 18446744073709551615U}, {"m", -3}, {"s", "3"}});
  BOOST_TEST(x.at("n").to_number<std::uint64_t>() == 18446744073709551615U);
  BOOST_TEST(x.at("m").to_number<int>() == -3);
  BOOST_TEST(x.at("s").is_string());
}

BOOST_AUTO_TEST_CASE(long_values_are_cut) {
  const std::string longest(1024, 'x');
  BOOST_TEST(text({{"x", longest}}) == "smtp said x=" + longest);
  BOOST_TEST(text({{"x", longest + 'y'}})
             == "smtp said x=\"" + longest + "...\"");
  BOOST_TEST(
    json({{"x", std::string(1U << 20U, '"')}}).at("x").as_string().size()
    == 1027U);
}

BOOST_AUTO_TEST_SUITE_END()
