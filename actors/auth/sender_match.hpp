#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace stagepost {

/// May who owns these addresses send from this one? Letters are the same in
/// either case, as in the directory; spellings of one domain are the same
/// domain, and no domain is another's subdomain.
///
/// The null sender is everybody's, as it is for Postfix's
/// `reject_sender_login_mismatch`: it says nothing of who sends, and clients
/// owe it to notifications of receipt (RFC 8098, 3).
/// @param senders  Addresses and "@domain"s.
/// @param sender   A reverse-path that was accepted, without <>.
[[nodiscard]] bool may_send_as(const std::vector<std::string>& senders,
                               std::string_view sender);

} // namespace stagepost
