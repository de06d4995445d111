#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace stagepost::sasl {

/// The ways of logging in that are spoken here.
enum class mechanism : std::uint8_t {
  plain,              ///< RFC 4616.
  login,              ///< No RFC; what many devices know alone.
  scram_sha_256,      ///< RFC 5802 and 7677.
  scram_sha_256_plus, ///< With channel binding: RFC 9266 and 5929.
};

/// By its registered name, in any case: `SCRAM-SHA-256-PLUS`.
[[nodiscard]] std::optional<mechanism>
mechanism_named(std::string_view name) noexcept;

[[nodiscard]] std::string_view to_string(mechanism x) noexcept;

} // namespace stagepost::sasl
