#include "net/dns_records.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <cstring>

namespace stagepost::net {

namespace {

constexpr std::size_t longest_label = 63;
constexpr std::size_t longest_name = 253;
constexpr std::size_t most_hosts = 100;
constexpr std::size_t longest_text = 16384;

bool fit_for_label(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
         || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

// Labels with their lengths, as in a message, but without compression:
// libunbound has undone that.
std::optional<std::string> parse_name(std::string_view data) {
  std::string out;
  while (!data.empty()) {
    auto length = static_cast<unsigned char>(data.front());
    data.remove_prefix(1);
    if (length == 0)
      return data.empty() ? std::optional{out} : std::nullopt;
    if (length > longest_label || length > data.size())
      return std::nullopt;
    auto label = data.substr(0, length);
    if (!std::all_of(label.begin(), label.end(), fit_for_label))
      return std::nullopt;
    if (!out.empty())
      out += '.';
    out += label;
    data.remove_prefix(length);
  }
  return std::nullopt;
}

template <class Address>
std::string in_text(std::string_view data) {
  typename Address::bytes_type bytes;
  std::memcpy(bytes.data(), data.data(), bytes.size());
  return Address{bytes}.to_string();
}

} // namespace

bool is_domain_name(std::string_view name) {
  if (name.ends_with('.'))
    name.remove_suffix(1);
  if (name.empty() || name.size() > longest_name)
    return false;
  while (true) {
    auto label = name.substr(0, name.find('.'));
    if (label.empty() || label.size() > longest_label
        || !std::all_of(label.begin(), label.end(), fit_for_label))
      return false;
    if (label.size() == name.size())
      return true;
    name.remove_prefix(label.size() + 1);
  }
}

std::string canonical_name(std::string_view name) {
  if (name.ends_with('.'))
    name.remove_suffix(1);
  std::string out{name};
  std::transform(out.begin(), out.end(), out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return out;
}

std::optional<mx_host> parse_mx(std::string_view data) {
  if (data.size() < 3)
    return std::nullopt;
  auto high = static_cast<unsigned char>(data[0]);
  auto low = static_cast<unsigned char>(data[1]);
  auto name = parse_name(data.substr(2));
  if (!name || (!name->empty() && !is_domain_name(*name)))
    return std::nullopt;
  return mx_host{static_cast<std::uint16_t>(high << 8U | low),
                 canonical_name(*name)};
}

std::vector<mx_host> mx_hosts(const std::vector<std::string>& records) {
  std::vector<mx_host> out;
  for (const auto& record : records)
    if (auto host = parse_mx(record))
      out.push_back(std::move(*host));
  if (out.size() > 1)
    std::erase_if(out, [](const mx_host& x) { return x.host.empty(); });
  std::stable_sort(out.begin(), out.end(),
                   [](const mx_host& a, const mx_host& b) {
                     return a.preference < b.preference;
                   });
  if (out.size() > most_hosts)
    out.resize(most_hosts);
  return out;
}

std::optional<std::string> parse_text(std::string_view data) {
  std::string out;
  while (!data.empty()) {
    const std::size_t length = static_cast<unsigned char>(data.front());
    data.remove_prefix(1);
    if (length > data.size() || out.size() + length > longest_text)
      return std::nullopt;
    out += data.substr(0, length);
    data.remove_prefix(length);
  }
  return out;
}

std::string reverse_name(const std::string& ip) {
  constexpr std::string_view digits = "0123456789abcdef";
  boost::system::error_code ec;
  const auto address = boost::asio::ip::make_address(ip, ec);
  if (ec)
    return {};
  std::string out;
  if (address.is_v4()) {
    const auto bytes = address.to_v4().to_bytes();
    for (auto i = bytes.rbegin(); i != bytes.rend(); ++i)
      out += std::to_string(*i) + '.';
    return out + "in-addr.arpa";
  }
  const auto bytes = address.to_v6().to_bytes();
  for (auto i = bytes.rbegin(); i != bytes.rend(); ++i)
    for (const unsigned half : {*i & 15U, unsigned{*i} >> 4U})
      (out += digits[half]) += '.';
  return out + "ip6.arpa";
}

std::optional<std::string> parse_ptr(std::string_view data) {
  const auto name = parse_name(data);
  if (!name || !is_domain_name(*name))
    return std::nullopt;
  return canonical_name(*name);
}

std::string parse_address(std::string_view data) {
  namespace ip = boost::asio::ip;
  if (data.size() == 4)
    return in_text<ip::address_v4>(data);
  if (data.size() == 16)
    return in_text<ip::address_v6>(data);
  return {};
}

} // namespace stagepost::net
