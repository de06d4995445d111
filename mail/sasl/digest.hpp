#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace stagepost::sasl {

// SHA-256 by OpenSSL, on strings of octets. They throw std::bad_alloc when
// OpenSSL can't work at all.

inline constexpr std::size_t sha256_octets = 32;

[[nodiscard]] std::string sha256(std::string_view octets);

[[nodiscard]] std::string hmac_sha256(std::string_view key,
                                      std::string_view octets);

/// PBKDF2 with HMAC-SHA-256 and a result of 32 octets: Hi of RFC 5802, 2.2.
[[nodiscard]] std::string pbkdf2_sha256(std::string_view password,
                                        std::string_view salt,
                                        std::uint32_t iterations);

/// In a time that depends on the lengths only.
[[nodiscard]] bool equal_in_constant_time(std::string_view a,
                                          std::string_view b) noexcept;

} // namespace stagepost::sasl
