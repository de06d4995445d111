#include "config/quantity.hpp"

#include <boost/test/unit_test.hpp>

#include <utility>

namespace stagepost::config {

using namespace std::string_view_literals;

BOOST_AUTO_TEST_SUITE(quantity)

BOOST_AUTO_TEST_CASE(sizes_are_octets_or_have_a_unit) {
  const std::pair<std::string_view, std::uint64_t> table[] = {
    {"0", 0},
    {"1", 1},
    {"18446744073709551615", ~std::uint64_t{0}},
    {"1KiB", 1024},
    {"50MiB", 52'428'800},
    {"1GiB", 1'073'741'824},
    {"17179869183GiB", 17'179'869'183U * 1'073'741'824U},
  };
  for (const auto& [text, octets] : table)
    BOOST_TEST(parse_size(text).value() == octets);
}

BOOST_AUTO_TEST_CASE(what_is_no_size_is_refused) {
  for (const auto text :
       {""sv, "KiB"sv, "1 KiB"sv, "1kib"sv, "1KB"sv, "1K"sv, "1B"sv, "-1"sv,
        "+1"sv, "1.5MiB"sv, "0x10"sv, "1MiBB"sv, "MiB1"sv, " 1"sv, "1\0"sv})
    BOOST_TEST(parse_size(text).error()
               == make_error_code(format_errc::syntax));
  for (const auto text : {"18446744073709551616"sv, "17179869184GiB"sv,
                          "99999999999999999999999999KiB"sv})
    BOOST_TEST(parse_size(text).error()
               == make_error_code(format_errc::out_of_range));
}

BOOST_AUTO_TEST_CASE(times_have_a_unit_unless_they_are_zero) {
  const std::pair<std::string_view, std::int64_t> table[] = {
    {"0", 0},
    {"0s", 0},
    {"1s", 1},
    {"90s", 90},
    {"5m", 300},
    {"4h", 14400},
    {"5d", 432'000},
    {"007s", 7},
    {"9223372036854775807s", 9'223'372'036'854'775'807},
  };
  for (const auto& [text, time] : table)
    BOOST_TEST(parse_time(text).value().count() == time);
}

BOOST_AUTO_TEST_CASE(what_is_no_time_is_refused) {
  for (const auto text : {""sv, "s"sv, "5"sv, "00"sv, "5M"sv, "5 m"sv,
                          "1h30m"sv, "-1s"sv, "1w"sv, "1.5h"sv, "5min"sv})
    BOOST_TEST(parse_time(text).error()
               == make_error_code(format_errc::syntax));
  for (const auto text : {"9223372036854775808s"sv, "106751991167301d"sv,
                          "18446744073709551615d"sv, "99999999999999999999s"sv})
    BOOST_TEST(parse_time(text).error()
               == make_error_code(format_errc::out_of_range));
}

BOOST_AUTO_TEST_CASE(what_is_shown_can_be_read_again) {
  for (const std::uint64_t x : {0U, 1U, 1023U, 1024U, 1536U, 1U << 30U})
    BOOST_TEST(parse_size(show_size(x)).value() == x);
  for (const int x : {0, 1, 59, 60, 90, 3600, 86'400, 100'000})
    BOOST_TEST(parse_time(show_time(std::chrono::seconds(x))).value().count()
               == x);
  BOOST_TEST(show_size(50U << 20U) == "50MiB");
  BOOST_TEST(show_time(std::chrono::hours(48)) == "2d");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace stagepost::config
