#include "config/ip.hpp"

#include <algorithm>
#include <arpa/inet.h>

namespace stagepost::config {

std::optional<ip_address> parse_ip(std::string_view text) {
  if (text.size() > 64 || text.find('\0') != std::string_view::npos)
    return std::nullopt;
  const bool v6 = text.find(':') != std::string_view::npos;
  const std::string address(v6 ? text.substr(0, text.find('%')) : text);
  ip_address x{.v6 = v6};
  if (inet_pton(v6 ? AF_INET6 : AF_INET, address.c_str(), x.octets.data()) != 1)
    return std::nullopt;
  constexpr std::array<std::uint8_t, 12> mapped{0, 0, 0, 0, 0,    0,
                                                0, 0, 0, 0, 0xff, 0xff};
  if (v6 && std::equal(mapped.begin(), mapped.end(), x.octets.begin())) {
    ip_address v4;
    std::copy(x.octets.begin() + 12, x.octets.end(), v4.octets.begin());
    return v4;
  }
  return x;
}

std::string to_string(const ip_address& x) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(x.v6 ? AF_INET6 : AF_INET, x.octets.data(), text.data(),
            text.size());
  return text.data();
}

ip_address masked(ip_address x, unsigned prefix) noexcept {
  for (unsigned i = 0; i < x.octets.size(); ++i) {
    const unsigned before = i * 8;
    const unsigned keep = prefix <= before ? 0 : std::min(prefix - before, 8U);
    x.octets[i] &= static_cast<std::uint8_t>(0xffU << (8U - keep));
  }
  return x;
}

bool ip_network::contains(const ip_address& x) const noexcept {
  return x.v6 == address.v6 && masked(x, prefix) == address;
}

} // namespace stagepost::config
