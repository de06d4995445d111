#pragma once

#include "mail/smtp/capabilities.hpp"
#include "mail/smtp/reply.hpp"
#include "mail/smtp/sender.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace stagepost::smtp {

// What may be asked of a server is checked here again, right before it would
// go over the wire, whoever checked it before.

/// Why nothing of this envelope may be sent to a server with these
/// capabilities: a sender's address that could break out of its command
/// (501 5.1.7), or that needs SMTPUTF8 (553 5.6.7; RFC 6531, 3.5), as the
/// message may (554 5.6.7); a message that requires TLS where it is not
/// `verified` or not passed on (550 5.7.30; RFC 8689, 4.2.1); binary or 8-bit
/// content for a server that takes none (554 5.6.3; RFC 3030, 3 and RFC 6152,
/// 3); content over its SIZE (552 5.3.4; RFC 1870, 6.1).
[[nodiscard]] std::optional<reply> refusal_of(const sender::envelope& x,
                                              const capabilities& server,
                                              bool verified);

/// Why RCPT may not be sent for this address: 501 5.1.3, or 553 5.6.7 for an
/// address that needs SMTPUTF8 and does not get it.
[[nodiscard]] std::optional<reply> refusal_of(std::string_view recipient,
                                              const capabilities& server);

/// Whether the server takes lines of ASCII only, and the content is none.
[[nodiscard]] bool wants_seven_bit(const sender::envelope& x,
                                   const capabilities& server) noexcept;

/// Appends MAIL with the parameters that the server takes, and its CRLF. Only
/// for what was not refused.
void append_mail(std::string& out, const sender::envelope& x,
                 const capabilities& server);
/// @param dsn  The server takes NOTIFY and ORCPT (RFC 3461, 5.2.1).
void append_rcpt(std::string& out, const sender::recipient& x, bool dsn);

} // namespace stagepost::smtp
