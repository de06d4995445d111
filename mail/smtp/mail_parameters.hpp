#pragma once

#include "mail/smtp/command.hpp"

#include <cstdint>
#include <span>

namespace stagepost::smtp {

/// What the client says of its message behind MAIL FROM.
struct mail_parameters {
  std::uint64_t size = 0; ///< SIZE= (RFC 1870) in octets; 0 if not given.
  bool eight_bit = false; ///< BODY=8BITMIME (RFC 6152).
};

/// Reads SIZE= and BODY=7BIT or 8BITMIME, each at most once. A size past
/// 2^64 - 1 is read as 2^64 - 1. Fails with `command_errc::bad_parameter`, and
/// with `unknown_parameter` for any other keyword or body.
[[nodiscard]] result<mail_parameters>
read_mail_parameters(std::span<const parameter> given);

} // namespace stagepost::smtp
