#include "mail/date.hpp"

#include <boost/test/unit_test.hpp>

using namespace stagepost;
using namespace std::chrono;

namespace {

system_clock::time_point at(std::int64_t ms) {
  return system_clock::time_point(milliseconds(ms));
}

} // namespace

BOOST_AUTO_TEST_SUITE(date)

BOOST_AUTO_TEST_CASE(dates_are_written_in_utc_with_two_digit_days) {
  const struct {
    std::int64_t ms;
    const char* mail;
    const char* json;
  } table[] = {
    {0, "Thu, 01 Jan 1970 00:00:00 +0000", "1970-01-01T00:00:00.000Z"},
    {951'782'399'999, "Mon, 28 Feb 2000 23:59:59 +0000",
     "2000-02-28T23:59:59.999Z"},
    {951'782'400'000, "Tue, 29 Feb 2000 00:00:00 +0000",
     "2000-02-29T00:00:00.000Z"},
    {1'795'255'200'007, "Sat, 21 Nov 2026 10:00:00 +0000",
     "2026-11-21T10:00:00.007Z"},
    {-1, "Wed, 31 Dec 1969 23:59:59 +0000", "1969-12-31T23:59:59.999Z"},
    {4'102'444'799'000, "Thu, 31 Dec 2099 23:59:59 +0000",
     "2099-12-31T23:59:59.000Z"},
  };
  for (const auto& x : table) {
    BOOST_TEST(rfc5322_date(at(x.ms)) == x.mail);
    BOOST_TEST(rfc3339_date(at(x.ms)) == x.json);
  }
}

BOOST_AUTO_TEST_CASE(every_day_of_four_years_has_the_right_weekday) {
  const char* names[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
  for (std::int64_t day = 0; day < 4 * 366; ++day)
    BOOST_TEST(rfc5322_date(at(day * 86'400'000)).substr(0, 3)
               == names[day % 7]);
}

BOOST_AUTO_TEST_CASE(the_ends_of_the_clock_keep_the_shape) {
  for (const auto t :
       {system_clock::time_point::min(), system_clock::time_point::max()}) {
    BOOST_TEST(rfc5322_date(t).size() == 31U);
    BOOST_TEST(rfc3339_date(t).size() == 24U);
  }
}

BOOST_AUTO_TEST_SUITE_END()
