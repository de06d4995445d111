#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace stagepost {

/// Which of a host's addresses are tried, and in what order.
enum class address_preference : std::uint8_t {
  any,       ///< All, at random, so that they share the work.
  ipv6,      ///< IPv6 first.
  ipv4,      ///< IPv4 first.
  ipv6_only, ///< IPv4 never.
  ipv4_only, ///< IPv6 never.
};

/// Orders the addresses of one host, each kind at random (RFC 5321, 5.1), and
/// leaves out those that are not wanted.
/// @param addresses  Without brackets.
/// @param most  So many are left at most: what a zone may hold has no bound.
///              Both kinds stay if both are wanted.
/// @param seed  Chooses the random order; equal seeds, equal orders.
[[nodiscard]] std::vector<std::string>
order_addresses(std::vector<std::string> addresses, address_preference wanted,
                std::size_t most, std::uint64_t seed);

} // namespace stagepost
