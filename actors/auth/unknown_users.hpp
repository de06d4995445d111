#pragma once

#include "config/configuration.hpp"
#include "mail/sasl/secret.hpp"

#include <string>
#include <vector>

namespace stagepost {

/// The SCRAM verifiers of those who have none: a client can't tell them from
/// real ones, whatever names it asks for.
class unknown_users {
public:
  /// @param key  32 octets that nobody else knows.
  explicit unknown_users(sasl::secret key) : key_(std::move(key)) {
  }

  /// The verifier, as `sasl::to_string` writes it. Always the same for the same
  /// name; where the directory is asked, for all its spellings of it.
  /// @param sources  That don't know this user.
  [[nodiscard]] std::string
  verifier(const std::string& user,
           const std::vector<config::auth_source>& sources) const;

private:
  sasl::secret key_;
};

/// A key that is as old as the process: what it makes outlives a restart of
/// the actor that asks.
sasl::secret key_of_unknown_users();

} // namespace stagepost
