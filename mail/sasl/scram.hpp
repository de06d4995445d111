#pragma once

#include "mail/error.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace stagepost::sasl {

/// What a server stores of a user's password for SCRAM-SHA-256 (RFC 5802, 3;
/// RFC 7677). It lets a client prove that it knows the password, and does not
/// let who steals it log in; guessing the password is as cheap as iterations
/// are few. The strings are octets.
struct scram_verifier {
  std::uint32_t iterations = 0;
  std::string salt;       ///< 8 to 64 octets.
  std::string stored_key; ///< 32 octets.
  std::string server_key; ///< 32 octets.
  bool operator==(const scram_verifier&) const = default;
};

/// RFC 7677, 4: at least this many.
inline constexpr std::uint32_t least_iterations = 4096;
/// The rule of thumb of RFC 7677, 4, for 0.1 s on the client's side. Phones
/// bear it; more would make the slow ones wait, and they can't be asked for
/// less, since the number is the verifier's and not the client's.
inline constexpr std::uint32_t usual_iterations = 15'000;
inline constexpr std::uint32_t most_iterations = 10'000'000;

/// Reads what PostgreSQL stores, too:
/// `SCRAM-SHA-256$ITERATIONS:SALT$STORED_KEY:SERVER_KEY`, base64 with padding.
/// Fails with `syntax`; with `out_of_range` for iterations or a salt out of
/// their range.
[[nodiscard]] result<scram_verifier>
parse_scram_verifier(std::string_view text);

[[nodiscard]] std::string to_string(const scram_verifier& x);

/// The verifier of a password, prepared by `saslprep`.
/// @param salt  16 random octets, new for each password.
/// Fails with `syntax` if the password can't be prepared, `too_long` past
/// `max_password` (`password.hpp`), `out_of_range` for a salt of another length
/// or iterations out of their range.
[[nodiscard]] result<scram_verifier>
make_scram_verifier(std::string_view password, std::string_view salt,
                    std::uint32_t iterations = usual_iterations);

/// True if the verifier was made of this password: for PLAIN and LOGIN, where
/// a user has no other hash. Takes the time of its iterations.
[[nodiscard]] bool check_password(const scram_verifier& x,
                                  std::string_view password);

/// The verifier of a user who does not exist. The same for the same name, so
/// that asking twice tells nothing; no password fits it.
/// @param key  Octets that nobody else knows and that stay the same, 32 of
///             them: the salts are made from it.
/// @param iterations  Those that known users have, or they can be told apart.
[[nodiscard]] scram_verifier
unknown_user_verifier(std::string_view key, std::string_view user,
                      std::uint32_t iterations = usual_iterations);

} // namespace stagepost::sasl
