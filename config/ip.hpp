#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace stagepost::config {

/// An IP address as bits. An IPv4 address mapped into IPv6 (RFC 4291, 2.5.5.2)
/// is the IPv4 address: a socket that takes both shows clients like that.
struct ip_address {
  std::array<std::uint8_t, 16> octets{}; ///< Of IPv4: the first four.
  bool v6 = false;
  [[nodiscard]] unsigned bits() const noexcept {
    return v6 ? 128 : 32;
  }
  bool operator==(const ip_address&) const = default;
};

/// An address as inet_pton takes it, without brackets; a zone (`%eth0`) is
/// left out. Nothing for anything else.
std::optional<ip_address> parse_ip(std::string_view text);

/// The canonical text.
std::string to_string(const ip_address& x);

/// A network as bits, for many questions.
struct ip_network {
  ip_address address; ///< No bit set after the prefix.
  unsigned prefix = 0;
  [[nodiscard]] bool contains(const ip_address& x) const noexcept;
};

/// The address with all bits after the prefix cleared.
ip_address masked(ip_address x, unsigned prefix) noexcept;

} // namespace stagepost::config
