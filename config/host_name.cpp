#include "config/host_name.hpp"

#include "config/ip.hpp"

#include <algorithm>
#include <array>
#include <unistd.h>

namespace stagepost::config {

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_label(std::string_view x) {
  return !x.empty() && x.size() <= 63 && x.front() != '-' && x.back() != '-'
         && std::all_of(x.begin(), x.end(), [](char c) {
              return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
                     || is_digit(c) || c == '-' || c == '_';
            });
}

} // namespace

std::string lower(std::string_view text) {
  std::string out(text);
  for (auto& c : out)
    if (c >= 'A' && c <= 'Z')
      c = static_cast<char>(c - 'A' + 'a');
  return out;
}

bool is_domain(std::string_view text) {
  if (text.size() > 253)
    return false;
  while (true) {
    const auto dot = text.find('.');
    const auto label = text.substr(0, dot);
    if (!is_label(label))
      return false;
    if (dot == std::string_view::npos)
      return !std::all_of(label.begin(), label.end(), is_digit);
    text.remove_prefix(dot + 1);
  }
}

bool is_ehlo_name(std::string_view text) {
  if (!text.starts_with('['))
    return is_domain(text) && text.find('_') == std::string_view::npos;
  if (!text.ends_with(']') || text.find('%') != std::string_view::npos)
    return false;
  auto inner = text.substr(1, text.size() - 2);
  const bool v6 = lower(inner.substr(0, 5)) == "ipv6:";
  if (v6)
    inner.remove_prefix(5);
  return parse_ip(inner).has_value()
         && v6 == (inner.find(':') != std::string_view::npos);
}

std::string machine_name() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0)
    return "localhost";
  auto out = lower(name.data());
  return is_ehlo_name(out) ? out : "localhost";
}

} // namespace stagepost::config
