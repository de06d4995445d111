#include "mail/retry_schedule.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace stagepost {

namespace {

using std::chrono::seconds;

constexpr std::size_t most_waits = 1000;
constexpr std::uint64_t longest_wait = 30ULL * 24 * 3600;

std::optional<std::uint64_t> unit_of(char c) {
  switch (c) {
    case 's':
      return 1;
    case 'm':
      return 60;
    case 'h':
      return 3600;
    case 'd':
      return 24 * 3600;
    default:
      return std::nullopt;
  }
}

// Takes the digits at the front of `text` away.
result<std::uint64_t> take_number(std::string_view& text) {
  std::uint64_t value = 0;
  const auto [end, errc]
    = std::from_chars(text.data(), text.data() + text.size(), value);
  if (errc == std::errc::result_out_of_range)
    return format_errc::out_of_range;
  if (errc != std::errc{})
    return format_errc::syntax;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

std::string_view trimmed(std::string_view x) {
  const auto from = std::min(x.find_first_not_of(' '), x.size());
  x.remove_prefix(from);
  return x.substr(0, x.find_last_not_of(' ') + 1);
}

// `5m` or `5m*2`, appended to the waits.
result<void> add_waits(std::string_view text, std::vector<seconds>& waits) {
  const auto number = take_number(text);
  if (!number)
    return number.error();
  const auto unit = text.empty() ? std::nullopt : unit_of(text.front());
  if (!unit)
    return format_errc::syntax;
  text.remove_prefix(1);
  text = trimmed(text);
  std::uint64_t times = 1;
  if (!text.empty()) {
    if (text.front() != '*')
      return format_errc::syntax;
    text.remove_prefix(1);
    text = trimmed(text);
    const auto given = take_number(text);
    if (!given)
      return given.error();
    if (!text.empty())
      return format_errc::syntax;
    times = *given;
  }
  if (*number == 0 || *number > longest_wait / *unit || times == 0
      || times > most_waits - waits.size())
    return format_errc::out_of_range;
  waits.insert(waits.end(), times, seconds(*number * *unit));
  return {};
}

} // namespace

retry_schedule::retry_schedule() : waits_{seconds(60), seconds(300)} {
}

seconds retry_schedule::after(std::size_t attempts) const noexcept {
  const auto index = std::max<std::size_t>(attempts, 1) - 1;
  return waits_[std::min(index, waits_.size() - 1)];
}

result<retry_schedule> retry_schedule::parse(std::string_view text) {
  retry_schedule out;
  out.waits_.clear();
  while (true) {
    const auto comma = text.find(',');
    if (const auto ok = add_waits(trimmed(text.substr(0, comma)), out.waits_);
        !ok)
      return ok.error();
    if (comma == std::string_view::npos)
      return out;
    text.remove_prefix(comma + 1);
  }
}

std::chrono::milliseconds spread(seconds wait, unsigned percent,
                                 std::uint64_t salt) noexcept {
  // The finisher of SplitMix64 (Steele, Lea and Flood, 2014).
  auto x = salt + 0x9e3779b97f4a7c15U;
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
  x ^= x >> 31U;
  const auto part = static_cast<double>(x >> 11U) / 9007199254740992.0; // 2^53
  const std::chrono::milliseconds exact{wait};
  const auto more = static_cast<double>(exact.count()) * percent / 100 * part;
  return exact + std::chrono::milliseconds(static_cast<std::int64_t>(more));
}

} // namespace stagepost
