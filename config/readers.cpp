#include "config/readers.hpp"

#include "config/domain_pattern.hpp"
#include "config/host_name.hpp"
#include "config/ip.hpp"
#include "config/network.hpp"

#include <algorithm>

namespace stagepost::config {

const std::string* want_text(const yaml_value& x, report& r,
                             std::string_view wanted) {
  const auto control
    = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  if (x.is == yaml_value::kind::text
      && std::none_of(x.text.begin(), x.text.end(), control))
    return &x.text;
  refuse(x, r, wanted);
  return nullptr;
}

void refuse(const yaml_value& x, report& r, std::string_view wanted) {
  using kind = yaml_value::kind;
  if (x.is == kind::broken)
    return;
  auto text = r.subject() + " wants " + std::string(wanted);
  if (x.is == kind::empty)
    text += ", but nothing stands here";
  else
    text += ", not "
            + (x.is == kind::text ? backquoted(x.text)
                                  : std::string(to_string(x.is)));
  r.complain(x.at, std::move(text));
}

void refuse_range(const yaml_value& x, report& r, const std::string& min,
                  const std::string& max) {
  r.complain(x.at, r.subject() + " must be from " + min + " to " + max
                     + ", not " + backquoted(x.text));
}

void size::operator()(const yaml_value& x, std::uint64_t& out,
                      report& r) const {
  constexpr std::string_view wanted
    = "a size such as 50MiB (units: KiB, MiB, GiB; none: octets)";
  const auto* text = want_text(x, r, wanted);
  if (text == nullptr)
    return;
  const auto octets = parse_size(*text);
  if (octets && *octets >= min && *octets <= max)
    out = *octets;
  else if (octets || octets.error() == format_errc::out_of_range)
    refuse_range(x, r, show_size(min), show_size(max));
  else
    refuse(x, r, wanted);
}

void time::operator()(const yaml_value& x, seconds& out, report& r) const {
  constexpr std::string_view wanted
    = "a time with its unit such as 5m (units: s, m, h, d)";
  const auto* text = want_text(x, r, wanted);
  if (text == nullptr)
    return;
  const auto t = parse_time(*text);
  if (t && t->count() >= min && t->count() <= max)
    out = *t;
  else if (t || t.error() == format_errc::out_of_range)
    refuse_range(x, r, show_time(seconds(min)), show_time(seconds(max)));
  else
    refuse(x, r, wanted);
}

std::optional<bool> parse_flag(std::string_view text) {
  if (text == "true" || text == "yes" || text == "on")
    return true;
  if (text == "false" || text == "no" || text == "off")
    return false;
  return std::nullopt;
}

void read_flag(const yaml_value& x, bool& out, report& r) {
  const auto flag
    = x.is == yaml_value::kind::text ? parse_flag(x.text) : std::nullopt;
  if (flag)
    out = *flag;
  else
    refuse(x, r, "true or false");
}

void read_ehlo_name(const yaml_value& x, std::string& out, report& r) {
  constexpr std::string_view wanted
    = "a host name such as mx.example.com, or an address as [192.0.2.1]";
  if (const auto* text = want_text(x, r, wanted)) {
    if (is_ehlo_name(*text))
      out = lower(*text);
    else
      refuse(x, r, wanted);
  }
}

void read_domain(const yaml_value& x, std::string& out, report& r) {
  constexpr std::string_view wanted = "a domain such as example.com";
  if (const auto* text = want_text(x, r, wanted)) {
    if (is_domain(*text))
      out = lower(*text);
    else
      refuse(x, r, wanted);
  }
}

void read_domain_pattern(const yaml_value& x, std::string& out, report& r) {
  constexpr std::string_view wanted
    = "a domain such as example.com, or *.example.com for those below it";
  if (const auto* text = want_text(x, r, wanted)) {
    if (is_domain_pattern(*text))
      out = lower(*text);
    else
      refuse(x, r, wanted);
  }
}

void read_ip(const yaml_value& x, std::string& out, report& r) {
  constexpr std::string_view wanted = "an IP address, without brackets";
  if (const auto* text = want_text(x, r, wanted)) {
    if (parse_ip(*text))
      out = *text;
    else
      refuse(x, r, wanted);
  }
}

void read_network(const yaml_value& x, network& out, report& r) {
  constexpr std::string_view wanted
    = "IP addresses or networks, such as 192.0.2.0/24 or ::1";
  const auto* text = want_text(x, r, wanted);
  if (text == nullptr)
    return;
  if (const auto parsed = parse_network(*text))
    out = *parsed;
  else if (parsed.error() == format_errc::out_of_range)
    r.complain(x.at, backquoted(*text) + " has bits set after its prefix");
  else
    refuse(x, r, wanted);
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= 63
         && std::all_of(text.begin(), text.end(), [](char c) {
              return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
                     || (c >= '0' && c <= '9') || c == '.' || c == '_'
                     || c == '-';
            });
}

void read_name(const yaml_value& x, std::string& out, report& r) {
  constexpr std::string_view wanted
    = "a name of up to 63 letters, digits, `.`, `_` and `-`";
  if (const auto* text = want_text(x, r, wanted)) {
    if (is_name(*text))
      out = *text;
    else
      refuse(x, r, wanted);
  }
}

void refuse_word(const yaml_value& x, report& r,
                 std::span<const std::string_view> words) {
  if (x.is == yaml_value::kind::text)
    if (const auto meant = nearest_word(x.text, words); !meant.empty()) {
      r.complain(x.at, r.subject() + " can't be " + backquoted(x.text)
                         + "; did you mean " + backquoted(meant) + '?');
      return;
    }
  std::string wanted;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i != 0)
      wanted += i + 1 == words.size() ? " or " : ", ";
    wanted += '`' + std::string(words[i]) + '`';
  }
  refuse(x, r, wanted);
}

void refuse_repeated(const yaml_value& x, report& r, std::string_view what) {
  for (std::size_t i = 0; i < x.items.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (!x.items[i].text.empty() && x.items[i].text == x.items[j].text) {
        r.complain(x.items[i].at, std::string(what) + ' '
                                    + backquoted(x.items[i].text)
                                    + " is named twice");
        break;
      }
}

} // namespace stagepost::config
