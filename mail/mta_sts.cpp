#include "mail/mta_sts.hpp"

#include "mail/ascii.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace stagepost {

namespace {

constexpr std::size_t most_hosts = 256;
constexpr std::size_t longest_id = 32;
constexpr std::size_t longest_name = 253;
constexpr std::size_t longest_label = 63;
constexpr std::chrono::seconds longest_age{31'557'600};
constexpr std::string_view blank = " \t";

std::string_view trimmed(std::string_view x) {
  const auto begin = x.find_first_not_of(blank);
  if (begin == std::string_view::npos)
    return {};
  return x.substr(begin, x.find_last_not_of(blank) - begin + 1);
}

/// Takes the part before a separator off the front; all if there is none.
std::string_view take_until(std::string_view& from, char separator) {
  const auto end = std::min(from.find(separator), from.size());
  const auto out = from.substr(0, end);
  from.remove_prefix(std::min(end + 1, from.size()));
  return out;
}

bool is_label(std::string_view x) {
  return !x.empty() && x.size() <= longest_label && x.front() != '-'
         && x.back() != '-' && std::all_of(x.begin(), x.end(), [](char c) {
              return is_alnum(c) || c == '-' || c == '_';
            });
}

bool is_pattern(std::string_view x) {
  if (x.starts_with("*."))
    x.remove_prefix(2);
  if (x.empty() || x.size() > longest_name || x.ends_with('.'))
    return false;
  while (!x.empty())
    if (!is_label(take_until(x, '.')))
      return false;
  return true;
}

using mode_type = sts_policy::mode_type;

std::optional<mode_type> read_mode(std::string_view x) {
  if (x == "none")
    return mode_type::none;
  if (x == "testing")
    return mode_type::testing;
  if (x == "enforce")
    return mode_type::enforce;
  return std::nullopt;
}

std::optional<std::chrono::seconds> read_age(std::string_view x) {
  constexpr std::size_t most_digits = 10;
  std::uint64_t n = 0;
  const auto [end, error] = std::from_chars(x.begin(), x.end(), n);
  if (x.size() > most_digits || error != std::errc{} || end != x.end())
    return std::nullopt;
  return std::min(longest_age, std::chrono::seconds(n));
}

/// What the fields said so far.
struct reading {
  bool version = false;
  std::optional<mode_type> mode;
  std::optional<std::chrono::seconds> age;
  std::vector<std::string> mx;

  /// @returns Whether the value is one of its key.
  bool take(std::string_view key, std::string_view value) {
    if (key == "version") {
      version = version || value == "STSv1";
      return version;
    }
    if (key == "mode" && !mode)
      return (mode = read_mode(value)).has_value();
    if (key == "max_age" && !age)
      return (age = read_age(value)).has_value();
    if (key != "mx")
      return true;
    mx.push_back(lower(value));
    return is_pattern(value);
  }

  [[nodiscard]] bool whole() const {
    return version && mode && age && (*mode == mode_type::none || !mx.empty());
  }
};

bool is_field_name(std::string_view x) {
  return !x.empty() && x.size() <= 32 && is_alnum(x.front())
         && std::all_of(x.begin(), x.end(), [](char c) {
              return is_alnum(c) || c == '_' || c == '-' || c == '.';
            });
}

bool is_field_value(std::string_view x) {
  return !x.empty() && std::all_of(x.begin(), x.end(), [](char c) {
    return c > ' ' && c <= '~' && c != ';' && c != '=';
  });
}

bool is_id(std::string_view x) {
  return !x.empty() && x.size() <= longest_id
         && std::all_of(x.begin(), x.end(), is_alnum);
}

/// The id of one record whose version was read.
std::optional<std::string> id_of(std::string_view fields) {
  std::optional<std::string> out;
  while (!trimmed(fields).empty()) {
    auto value = trimmed(take_until(fields, ';'));
    const auto name = take_until(value, '=');
    const bool good = name == "id" ? is_id(value) : is_field_value(value);
    if (!good || !is_field_name(name))
      return std::nullopt;
    if (name == "id" && !out)
      out = std::string(value);
  }
  return out;
}

} // namespace

result<sts_policy> parse_sts_policy(std::string_view text) {
  if (text.size() > longest_sts_policy)
    return format_errc::too_long;
  reading found;
  while (!text.empty()) {
    auto value = take_until(text, '\n');
    if (value.ends_with('\r'))
      value.remove_suffix(1);
    if (trimmed(value).empty())
      continue;
    const bool pair = value.find(':') != std::string_view::npos;
    const auto name = take_until(value, ':');
    if (!pair || !is_field_name(name) || !found.take(name, trimmed(value)))
      return format_errc::syntax;
    if (found.mx.size() > most_hosts)
      return format_errc::too_long;
  }
  if (!found.whole())
    return format_errc::syntax;
  return sts_policy{*found.mode, *found.age, std::move(found.mx)};
}

std::optional<std::string> sts_id(const std::vector<std::string>& texts) {
  constexpr std::string_view version = "v=STSv1";
  std::optional<std::string> out;
  bool seen = false;
  for (std::string_view x : texts) {
    const auto head = take_until(x, ';');
    if (!head.starts_with(version)
        || !trimmed(head.substr(version.size())).empty())
      continue;
    if (seen)
      return std::nullopt;
    seen = true;
    out = id_of(x);
  }
  return out;
}

bool names_host(const sts_policy& policy, std::string_view host) {
  if (host.ends_with('.'))
    host.remove_suffix(1);
  const auto name = lower(host);
  const auto dot = name.find('.');
  const auto parent = dot == std::string::npos || dot == 0
                        ? std::string_view{}
                        : std::string_view(name).substr(dot);
  return std::any_of(
    policy.mx.begin(), policy.mx.end(), [&](std::string_view x) {
      return x.starts_with('*') ? !parent.empty() && x.substr(1) == parent
                                : x == name;
    });
}

} // namespace stagepost
