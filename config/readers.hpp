#pragma once

#include "config/configuration.hpp"
#include "config/nearest.hpp"
#include "config/quantity.hpp"
#include "config/report.hpp"
#include "config/yaml_value.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stagepost::config {

// Readers of single values, for `into`. Each sets its target, or complains
// about the report's subject and leaves the target as it is.

/// The text of a scalar that holds one line; nullptr after a complaint, which
/// says what is `wanted`, such as "a size such as 50MiB".
const std::string* want_text(const yaml_value& x, report& r,
                             std::string_view wanted);

/// Complains: "`subject` wants a size such as 50MiB, not `big`".
void refuse(const yaml_value& x, report& r, std::string_view wanted);

/// Complains: "`subject` must be from 1 to 10, not `11`".
void refuse_range(const yaml_value& x, report& r, const std::string& min,
                  const std::string& max);

/// Reads a whole number within limits.
struct count {
  std::uint64_t min = 0;
  std::uint64_t max = 0;
  template <class N>
  void operator()(const yaml_value& x, N& out, report& r) const {
    static_assert(std::numeric_limits<N>::is_integer);
    constexpr std::string_view wanted = "a whole number";
    const auto* text = want_text(x, r, wanted);
    if (text == nullptr)
      return;
    const auto n = parse_number(*text);
    if (n && *n >= min && *n <= max)
      out = static_cast<N>(*n);
    else if (n || n.error() == format_errc::out_of_range)
      refuse_range(x, r, std::to_string(min), std::to_string(max));
    else
      refuse(x, r, wanted);
  }
};

/// Reads a size in octets within limits.
struct size {
  std::uint64_t min = 0;
  std::uint64_t max = 0;
  void operator()(const yaml_value& x, std::uint64_t& out, report& r) const;
};

/// Reads a time within limits.
struct time {
  seconds::rep min = 0;
  seconds::rep max = 0;
  void operator()(const yaml_value& x, seconds& out, report& r) const;
};

/// `true`, `yes` and `on`; `false`, `no` and `off`; nothing for other words.
std::optional<bool> parse_flag(std::string_view text);
/// Reads what `parse_flag` takes.
void read_flag(const yaml_value& x, bool& out, report& r);
/// Reads an EHLO name, made lower case.
void read_ehlo_name(const yaml_value& x, std::string& out, report& r);
/// Reads a domain, made lower case.
void read_domain(const yaml_value& x, std::string& out, report& r);
/// Reads a domain or, with `*.` before it, those below it, made lower case.
void read_domain_pattern(const yaml_value& x, std::string& out, report& r);
/// Reads an IP address.
void read_ip(const yaml_value& x, std::string& out, report& r);
/// Reads an IP network, or an address that stands for itself.
void read_network(const yaml_value& x, network& out, report& r);
/// Reads what other keys call this by: letters, digits, `.`, `_`, `-`.
void read_name(const yaml_value& x, std::string& out, report& r);
/// Whether `text` is what `read_name` takes: 1 to 63 such characters.
bool is_name(std::string_view text);

/// Reads a list, each item with `Read`; there is one element for every item,
/// also for a faulty one. `empty` is an empty list.
template <auto Read, class T>
void read_list(const yaml_value& x, std::vector<T>& out, report& r) {
  using kind = yaml_value::kind;
  if (x.is == kind::text || x.is == kind::map)
    r.complain(x.at, r.subject() + " wants a list, not "
                       + std::string(to_string(x.is)));
  out.clear();
  for (const auto& item : x.items)
    Read(item, out.emplace_back(), r);
}

/// Reads a list, or one item that stands for a list of one.
template <auto Read, class T>
void read_one_or_list(const yaml_value& x, std::vector<T>& out, report& r) {
  if (x.is == yaml_value::kind::text) {
    out.clear();
    Read(x, out.emplace_back(), r);
  } else {
    read_list<Read>(x, out, r);
  }
}

/// A word that a key takes, with its meaning; nothing for a word that is known
/// but not available yet.
template <class E>
struct choice {
  std::string_view word;
  std::optional<E> value;
};

/// Complains about a word that is none of `words`.
void refuse_word(const yaml_value& x, report& r,
                 std::span<const std::string_view> words);

/// Complains about words of a list that stand there twice.
/// @param what  A word of the list: "role".
void refuse_repeated(const yaml_value& x, report& r, std::string_view what);

/// Reads one of several words.
/// @param what  Of a word that is not available yet: "outlet type".
template <class E, std::size_t N>
void read_choice(const yaml_value& x, const choice<E> (&choices)[N], E& out,
                 report& r, std::string_view what) {
  std::vector<std::string_view> words;
  for (const auto& c : choices) {
    words.push_back(c.word);
    if (x.is != yaml_value::kind::text || x.text != c.word)
      continue;
    if (c.value)
      out = *c.value;
    else
      r.complain(x.at, std::string(what) + ' ' + backquoted(x.text)
                         + " is not available in this version yet");
    return;
  }
  refuse_word(x, r, words);
}

} // namespace stagepost::config
