#include "config/network.hpp"

#include "config/quantity.hpp"

#include <string>

namespace stagepost::config {

result<network> parse_network(std::string_view text) {
  const auto slash = text.find('/');
  const auto address = text.substr(0, slash);
  const auto ip = parse_ip(address);
  if (!ip || address.find('%') != std::string_view::npos)
    return format_errc::syntax;
  unsigned prefix = ip->bits();
  if (slash != std::string_view::npos) {
    const auto number = parse_number(text.substr(slash + 1));
    // ::ffff:192.0.2.0/120 is 192.0.2.0/24.
    const bool mapped = !ip->v6 && address.find(':') != std::string_view::npos;
    const unsigned skipped = mapped ? 96 : 0;
    if (!number || *number < skipped || *number > ip->bits() + skipped)
      return format_errc::syntax;
    prefix = static_cast<unsigned>(*number) - skipped;
  }
  if (masked(*ip, prefix) != *ip)
    return format_errc::out_of_range;
  return network{to_string(*ip), prefix};
}

std::optional<ip_network> to_bits(const network& x) {
  const auto ip = parse_ip(x.address);
  if (!ip || x.prefix > ip->bits())
    return std::nullopt;
  return ip_network{masked(*ip, x.prefix), x.prefix};
}

bool network::contains(const std::string& ip) const {
  const auto bits = to_bits(*this);
  const auto asked = parse_ip(ip);
  return bits && asked && bits->contains(*asked);
}

} // namespace stagepost::config
