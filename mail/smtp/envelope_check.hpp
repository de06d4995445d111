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
/// (501 5.1.7), 8-bit content for a server that takes none (554 5.6.3;
/// RFC 6152, 3), or content over its SIZE (552 5.3.4; RFC 1870, 6.1).
[[nodiscard]] std::optional<reply> refusal_of(const sender::envelope& x,
                                              const capabilities& server);

/// Why RCPT may not be sent for this address: 501 5.1.3, or 553 5.6.7 for an
/// address that would need SMTPUTF8 (RFC 6531, 3.5).
[[nodiscard]] std::optional<reply> refusal_of(std::string_view recipient);

/// Appends MAIL with the parameters that the server takes, and its CRLF.
void append_mail(std::string& out, const sender::envelope& x,
                 const capabilities& server);
void append_rcpt(std::string& out, std::string_view recipient);

} // namespace stagepost::smtp
