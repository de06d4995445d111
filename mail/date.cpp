#include "mail/date.hpp"

#include <algorithm>
#include <string_view>

namespace stagepost {

namespace {

using std::chrono::floor;
using std::chrono::system_clock;

constexpr std::string_view weekdays = "SunMonTueWedThuFriSat";
constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";

// The first day of the clock began before the clock can say when.
system_clock::time_point within(system_clock::time_point t) {
  return std::max(t, system_clock::time_point::min() + std::chrono::days(1));
}

// A time taken apart, in UTC, by calendar arithmetic alone.
struct parts {
  explicit parts(system_clock::time_point t)
    : days(floor<std::chrono::days>(within(t))), date(days),
      time(within(t) - days) {
  }
  std::chrono::sys_days days;
  std::chrono::year_month_day date;
  std::chrono::hh_mm_ss<system_clock::duration> time;
};

void put(char* at, unsigned value, int digits) {
  for (; digits > 0; --digits, value /= 10)
    at[digits - 1] = static_cast<char>('0' + value % 10);
}

// The clock counts from 1677 to 2262, so that a year has four digits.
unsigned year_of(const parts& x) {
  return static_cast<unsigned>(static_cast<int>(x.date.year()));
}

void put_time(char* at, const parts& x) {
  put(at, static_cast<unsigned>(x.time.hours().count()), 2);
  put(at + 3, static_cast<unsigned>(x.time.minutes().count()), 2);
  put(at + 6, static_cast<unsigned>(x.time.seconds().count()), 2);
}

} // namespace

std::string rfc5322_date(system_clock::time_point t) {
  const parts x(t);
  std::string out = "Sun, 00 Jan 0000 00:00:00 +0000";
  const auto weekday = std::chrono::weekday(x.days).c_encoding();
  weekdays.copy(out.data(), 3, weekday * std::size_t{3});
  put(out.data() + 5, static_cast<unsigned>(x.date.day()), 2);
  months.copy(out.data() + 8, 3,
              (static_cast<unsigned>(x.date.month()) - 1U) * std::size_t{3});
  put(out.data() + 12, year_of(x), 4);
  put_time(out.data() + 17, x);
  return out;
}

std::string rfc3339_date(system_clock::time_point t) {
  const parts x(t);
  std::string out = "0000-00-00T00:00:00.000Z";
  put(out.data(), year_of(x), 4);
  put(out.data() + 5, static_cast<unsigned>(x.date.month()), 2);
  put(out.data() + 8, static_cast<unsigned>(x.date.day()), 2);
  put_time(out.data() + 11, x);
  const auto ms = floor<std::chrono::milliseconds>(x.time.subseconds()).count();
  put(out.data() + 20, static_cast<unsigned>(ms), 3);
  return out;
}

} // namespace stagepost
