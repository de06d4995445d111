#pragma once

#include "mail/sasl/mechanism.hpp"
#include "mail/sasl/secret.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace stagepost::sasl {

/// The client's half of one exchange by PLAIN, LOGIN or SCRAM-SHA-256, on
/// octets, without base64 around them.
class client {
public:
  /// What a server may ask of SCRAM: about a tenth of a second of a core.
  static constexpr std::uint32_t most_iterations = 200'000;

  /// @param user, password  Without NUL.
  /// @param nonce  For SCRAM: 18 random octets or more, in base64, made anew
  ///               for each exchange.
  client(mechanism how, std::string_view user, std::string_view password,
         std::string nonce);

  /// What goes along with the mechanism's name; nothing for LOGIN, where the
  /// server speaks first.
  [[nodiscard]] std::optional<std::string> initial();

  /// The answer to a challenge; nothing if the exchange has to be broken off:
  /// see `why()`.
  [[nodiscard]] std::optional<std::string> answer(std::string_view challenge);

  /// Whether a success may be believed. SCRAM's server has to prove that it
  /// knows the password (RFC 5802, 5.1).
  [[nodiscard]] bool satisfied() const noexcept;

  /// What was wrong with the last challenge, for people: "it asks for …".
  [[nodiscard]] std::string_view why() const noexcept {
    return why_;
  }

private:
  std::optional<std::string> broken_off(std::string_view why);
  std::optional<std::string> prove(std::string_view server_first);
  std::optional<std::string> check(std::string_view server_final);

  mechanism how_;
  secret user_;
  secret password_;
  std::string nonce_;
  std::string bare_;     ///< SCRAM's first message, without its header.
  std::string expected_; ///< What SCRAM's server has to say in the end.
  std::string_view why_;
  unsigned turn_ = 0; ///< Challenges that came.
  bool proved_ = false;
};

} // namespace stagepost::sasl
