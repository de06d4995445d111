#pragma once

#include <cstdint>

namespace stagepost::sasl {

/// What an exchange wants next. The last five are ends.
enum class state : std::uint8_t {
  challenge,      ///< Send the challenge (334), give the client's next line.
  find_verifier,  ///< SCRAM: give the user's verifier.
  check_password, ///< Is it the user's? The owner decides.
  proved,         ///< SCRAM: the client knows the password (235).
  failed,         ///< It does not, or may not log in like this (535 5.7.8).
  malformed,      ///< Base64, grammar or a limit (501 5.5.2).
  cancelled,      ///< The client sent `*` (501 5.7.0).
};

} // namespace stagepost::sasl
