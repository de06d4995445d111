#pragma once

#include "mail/sasl/password.hpp"

#include <optional>

namespace stagepost::sasl {

/// An argon2id hash, taken apart.
struct password_hash {
  password_cost cost;
  std::string salt; ///< Octets.
  std::string hash; ///< Octets.
};

/// Reads a hash in the PHC string format. Nothing but what `to_string` writes
/// is taken, within the limits of `is_password_hash` and `most_cost`.
[[nodiscard]] std::optional<password_hash>
parse_password_hash(std::string_view text);

[[nodiscard]] std::string to_string(const password_hash& x);

} // namespace stagepost::sasl
