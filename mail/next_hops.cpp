#include "mail/next_hops.hpp"

#include "mail/random_order.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <limits>
#include <utility>

namespace stagepost {

namespace {

constexpr std::size_t most_hosts = 32; // of what a zone may hold

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string host_name(std::string_view x) {
  if (x.ends_with('.'))
    x.remove_suffix(1);
  std::string out(x);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

template <int Family, std::size_t Octets>
std::optional<std::string> parsed_address(const std::string& text) {
  std::array<unsigned char, Octets> octets{};
  std::array<char, INET6_ADDRSTRLEN> out{};
  if (inet_pton(Family, text.c_str(), octets.data()) != 1
      || inet_ntop(Family, octets.data(), out.data(), out.size()) == nullptr)
    return std::nullopt;
  return std::string(out.data());
}

// What can't be in a host name is written as %XX, so that a zone can't have a
// host whose name reads like the name of a site.
void append_host(std::string& out, std::string_view host) {
  constexpr std::string_view hex = "0123456789abcdef";
  for (const char c : host) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')
                       || c == '.' || c == '-' || c == '_' || c == ':';
    if (plain) {
      out += c;
    } else {
      const auto octet = static_cast<unsigned char>(c);
      out += '%';
      out += hex[octet >> 4U];
      out += hex[octet & 15U];
    }
  }
}

} // namespace

next_hops order_hops(std::string_view domain,
                     const std::vector<mail_exchanger>& exchangers,
                     const std::vector<std::string>& own_names,
                     std::uint64_t seed) {
  next_hops out;
  const auto is_us = [&](const std::string& host) {
    return std::any_of(own_names.begin(), own_names.end(),
                       [&](const auto& x) { return host_name(x) == host; });
  };
  if (exchangers.empty()) {
    auto host = host_name(domain);
    out.loops = is_us(host);
    if (!out.loops) {
      out.hosts.push_back(std::move(host));
      out.preferences.push_back(0);
    }
    return out;
  }
  std::vector<std::pair<std::uint16_t, std::string>> sorted;
  std::uint32_t ours = std::numeric_limits<std::uint32_t>::max();
  for (const auto& x : exchangers)
    if (auto host = host_name(x.host); !host.empty()) {
      if (is_us(host))
        ours = std::min<std::uint32_t>(ours, x.preference);
      sorted.emplace_back(x.preference, std::move(host));
    }
  out.takes_no_mail = sorted.empty();
  // We, and those that mail should reach through us.
  std::erase_if(sorted, [ours](const auto& x) { return x.first >= ours; });
  out.loops = sorted.empty() && !out.takes_no_mail;
  // From one known order, so that it is the seed alone that chooses.
  std::sort(sorted.begin(), sorted.end());
  put_in_random_order(sorted, seed);
  std::stable_sort(
    sorted.begin(), sorted.end(),
    [](const auto& a, const auto& b) { return a.first < b.first; });
  for (auto& [preference, host] : sorted) {
    if (out.hosts.size() == most_hosts)
      break;
    if (std::find(out.hosts.begin(), out.hosts.end(), host) != out.hosts.end())
      continue;
    out.hosts.push_back(std::move(host));
    out.preferences.push_back(preference);
  }
  return out;
}

result<std::optional<std::string>> literal_address(std::string_view domain) {
  constexpr std::string_view tag = "ipv6:";
  if (!domain.starts_with('['))
    return std::optional<std::string>{};
  if (!domain.ends_with(']') || domain.find('\0') != std::string_view::npos)
    return format_errc::syntax;
  auto text = host_name(domain.substr(1, domain.size() - 2));
  const bool version_6 = text.starts_with(tag);
  auto address = version_6
                   ? parsed_address<AF_INET6, 16>(text.substr(tag.size()))
                   : parsed_address<AF_INET, 4>(text);
  if (!address)
    return format_errc::syntax;
  return address;
}

std::string site_name(std::vector<std::vector<std::string>> hosts,
                      std::uint16_t port, std::string_view tls) {
  std::string out;
  for (auto& equals : hosts) {
    for (auto& host : equals)
      host = host_name(host);
    std::sort(equals.begin(), equals.end());
    equals.erase(std::unique(equals.begin(), equals.end()), equals.end());
    if (!out.empty())
      out += ',';
    const auto* between = "";
    for (const auto& host : equals) {
      out += std::exchange(between, "+");
      append_host(out, host);
    }
  }
  if (port != 0) {
    out += ':';
    out += std::to_string(port);
  }
  out += '/';
  out += tls;
  return out;
}

} // namespace stagepost
