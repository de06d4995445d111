#pragma once

#include "mail/smtp/reply.hpp"

#include <string>
#include <string_view>
#include <variant>

namespace stagepost::config {

/// Reads what a rejecting route answers: a 4xx or 5xx code, perhaps an
/// enhanced code of the same class (RFC 3463), perhaps a text of printable
/// ASCII: "550 5.7.1 Relaying denied".
/// @returns The reply, or what is wrong with the text.
std::variant<smtp::reply, std::string> parse_refusal(std::string_view text);

/// What a route says that gives no reply, and what is said if none matches.
smtp::reply relaying_denied();

} // namespace stagepost::config
