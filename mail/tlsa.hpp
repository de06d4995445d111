#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace stagepost {

/// One TLSA record (RFC 6698, 2.1): which certificate a server shows.
struct tlsa_record {
  std::uint8_t usage = 0;    ///< 0 PKIX-TA, 1 PKIX-EE, 2 DANE-TA, 3 DANE-EE.
  std::uint8_t selector = 0; ///< Of 0 the whole certificate, 1 its key.
  std::uint8_t matching = 0; ///< 0 as it is, 1 SHA-256, 2 SHA-512.
  std::string data;          ///< Octets to compare with.
  bool operator==(const tlsa_record&) const = default;
};

/// Reads a record's data as it stands in a DNS message.
/// @returns Nothing if it is shorter than its three numbers and one octet, or
///          longer than 8 KiB.
[[nodiscard]] std::optional<tlsa_record> parse_tlsa(std::string_view data);

/// Whether mail between servers can go by it (RFC 7672, 3.1): the usages
/// DANE-TA and DANE-EE, selectors and matching types that are assigned, and a
/// digest of its full length. A record that is not counts as one that asks for
/// TLS, and vouches for nobody.
[[nodiscard]] bool usable(const tlsa_record& x) noexcept;

/// Where the records of a server stand: `_25._tcp.mx.example.com` (RFC 6698,
/// 3).
[[nodiscard]] std::string tlsa_name(std::uint16_t port, std::string_view host);

} // namespace stagepost
