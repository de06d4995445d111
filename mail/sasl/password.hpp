#pragma once

#include "mail/error.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace stagepost::sasl {

/// What hashing a password costs: the parameters of argon2id (RFC 9106, 3.1).
/// The defaults take about a tenth of a second.
struct password_cost {
  std::uint32_t memory = 64U << 10U; ///< KiB.
  std::uint32_t passes = 3;
  std::uint32_t lanes = 1; ///< Worked one after the other: no threads.
  bool operator==(const password_cost&) const = default;
};

/// The least cost a new hash may have: OWASP's floor.
inline constexpr password_cost least_cost{19U << 10U, 2, 1};
/// The most that a hash may ask for, whoever wrote it.
inline constexpr password_cost most_cost{1U << 20U, 20, 16};

inline constexpr std::size_t max_password = 1024; ///< Octets.
inline constexpr std::size_t salt_octets = 16;    ///< Of what is made here.

// `hash_password` and `check_password` keep a core busy and take the memory of
// their cost: call them off the I/O loops, a few at a time. They throw
// std::bad_alloc when that memory can't be had.

/// Hashes a password, prepared by `saslprep`, with argon2id.
/// @param salt  16 random octets, new for each password.
/// @returns `$argon2id$v=19$m=65536,t=3,p=1$SALT$HASH` (PHC string format).
/// Fails with `syntax` if the password can't be prepared, `too_long` past
/// `max_password`, `out_of_range` if the salt has another length or the cost
/// lies outside `least_cost` and `most_cost`.
[[nodiscard]] result<std::string> hash_password(std::string_view password,
                                                std::string_view salt,
                                                const password_cost& cost = {});

/// True if `hash` was made of this password; of any cost up to `most_cost`,
/// low ones too. False for what is no hash. How long it takes depends on the
/// hash's cost and not on where two hashes differ.
[[nodiscard]] bool check_password(std::string_view hash,
                                  std::string_view password);

/// True for what `check_password` can check: an argon2id hash of version 19, a
/// salt of 8 to 64 octets, 16 to 64 octets of hash.
[[nodiscard]] bool is_password_hash(std::string_view text);

/// True if a hash is weaker than one of cost `wanted`, with less memory, fewer
/// passes, a shorter salt, or is none: hash the password anew when it proved
/// right.
[[nodiscard]] bool needs_rehash(std::string_view hash,
                                const password_cost& wanted = {});

/// A hash that no password has. Checked for a user who does not exist, it takes
/// as long as one who does, if their hashes have this cost.
[[nodiscard]] std::string dummy_hash(const password_cost& cost = {});

} // namespace stagepost::sasl
