#pragma once

#include "mail/smtp/command.hpp"
#include "mail/smtp/receiver_settings.hpp"
#include "mail/smtp/transaction.hpp"

#include <span>
#include <string>

namespace stagepost::smtp {

/// Reads what the client says of its message behind MAIL FROM into the
/// envelope, each parameter at most once:
/// SIZE= (a size past 2^64 - 1 is read as 2^64 - 1), BODY=7BIT, 8BITMIME or
/// BINARYMIME, SMTPUTF8, RET=, ENVID= (at most 100 octets, RFC 3461, 4.4),
/// REQUIRETLS, XEGRESS= (see `read_xegress`), and AUTH= (RFC 4954, 5), which is
/// checked and then forgotten: it is a claim that nobody here trusts.
/// @param offers  What is not in here is not known.
/// Fails with `command_errc::bad_parameter` or `unknown_parameter`.
[[nodiscard]] boost::system::error_code
read_mail_parameters(std::span<const parameter> given, const extensions& offers,
                     transaction& out);

/// The same for RCPT TO: NOTIFY= and ORCPT= (RFC 3461).
[[nodiscard]] boost::system::error_code
read_rcpt_parameters(std::span<const parameter> given, const extensions& offers,
                     transaction::recipient& out);

} // namespace stagepost::smtp
