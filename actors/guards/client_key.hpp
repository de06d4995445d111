#pragma once

#include "config/ip.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace stagepost {

/// What counts as one client: an IPv4 address, or an IPv6 network of 64 bits,
/// since that is the least a subscriber is given and all of it is theirs to
/// speak from (RFC 6177). An IPv4 address mapped into IPv6 is the IPv4 address.
class client_key {
public:
  /// Who has no IP address; all of them are one client.
  client_key() = default;
  explicit client_key(const config::ip_address& x) noexcept;
  /// @param address  As inet_pton takes it, a zone allowed; anything else is
  ///                 who has no address.
  explicit client_key(std::string_view address);

  /// "192.0.2.1", "2001:db8:0:1::/64", "unknown".
  [[nodiscard]] std::string text() const;

  /// Under the key of this process.
  [[nodiscard]] std::uint64_t hash() const noexcept {
    return hash_;
  }

  bool operator==(const client_key& x) const noexcept {
    return network_ == x.network_ && family_ == x.family_;
  }

private:
  std::uint64_t network_ = 0; ///< All of IPv4, the first half of IPv6.
  std::uint64_t hash_ = 0;
  enum class family : std::uint8_t { none, v4, v6 } family_ = family::none;
};

} // namespace stagepost

template <>
struct std::hash<stagepost::client_key> {
  std::size_t operator()(const stagepost::client_key& x) const noexcept {
    return x.hash();
  }
};
