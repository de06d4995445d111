#include "config/quantity.hpp"

#include <charconv>
#include <limits>

namespace stagepost::config {

namespace {

struct unit {
  std::string_view name;
  std::uint64_t value;
};
/// Largest first.
constexpr unit size_units[]
  = {{"GiB", 1U << 30U}, {"MiB", 1U << 20U}, {"KiB", 1U << 10U}};
constexpr unit time_units[] = {{"d", 86'400}, {"h", 3600}, {"m", 60}, {"s", 1}};

template <std::size_t N>
result<std::uint64_t> parse_with_unit(std::string_view text,
                                      const unit (&units)[N]) noexcept {
  for (const auto& [name, value] : units) {
    if (!text.ends_with(name))
      continue;
    text.remove_suffix(name.size());
    const auto number = parse_number(text);
    if (number && *number > std::numeric_limits<std::uint64_t>::max() / value)
      return format_errc::out_of_range;
    return number ? result<std::uint64_t>(*number * value) : number;
  }
  return format_errc::syntax;
}

template <std::size_t N>
std::string show_with_unit(std::uint64_t x, const unit (&units)[N]) {
  for (const auto& [name, value] : units)
    if (x != 0 && x % value == 0)
      return std::to_string(x / value) + std::string(name);
  return std::to_string(x);
}

} // namespace

result<std::uint64_t> parse_number(std::string_view text) noexcept {
  std::uint64_t x = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, ec] = std::from_chars(text.data(), end, x);
  if (ec == std::errc::result_out_of_range && stop == end)
    return format_errc::out_of_range;
  if (ec != std::errc{} || stop != end)
    return format_errc::syntax;
  return x;
}

result<std::uint64_t> parse_size(std::string_view text) noexcept {
  return text.ends_with('B') ? parse_with_unit(text, size_units)
                             : parse_number(text);
}

result<std::chrono::seconds> parse_time(std::string_view text) noexcept {
  using std::chrono::seconds;
  if (text == "0")
    return seconds(0);
  const auto x = parse_with_unit(text, time_units);
  if (!x)
    return x.error();
  if (*x > static_cast<std::uint64_t>(seconds::max().count()))
    return format_errc::out_of_range;
  return seconds(static_cast<seconds::rep>(*x));
}

std::string show_size(std::uint64_t octets) {
  return show_with_unit(octets, size_units);
}

std::string show_time(std::chrono::seconds time) {
  return show_with_unit(static_cast<std::uint64_t>(time.count()), time_units);
}

} // namespace stagepost::config
