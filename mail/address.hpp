#pragma once

#include "mail/error.hpp"

#include <string>
#include <string_view>

namespace stagepost {

/// A mailbox as RFC 5321, 4.1.2 has it, after parsing: a type, so that what
/// was not checked can't be taken for what was.
struct mailbox {
  std::string local;  ///< As given; quotes kept when it needs them.
  std::string domain; ///< Lower case; an address literal keeps its brackets.
  [[nodiscard]] std::string text() const {
    return domain.empty() ? local : local + '@' + domain;
  }
};

/// Parses `local@domain` without <>. Limits: 64 octets local, 255 domain.
/// `postmaster` alone is taken (RFC 5321, 4.5.1). 8-bit octets are `syntax`.
///
/// Two liberties, because devices in use need them: an underscore in a domain
/// and one dot at the end of an unquoted local part (`name.@example.com`).
/// A local part is never decoded or split further: `%`, `!` and `=?` in it are
/// text like any other. Comments and folding are refused.
[[nodiscard]] result<mailbox> parse_mailbox(std::string_view text);

/// True for a domain name or an address literal, `[192.0.2.1]` or
/// `[IPv6:2001:db8::1]`, of at most 255 octets.
[[nodiscard]] bool is_domain(std::string_view text) noexcept;

/// The domain of an address that was accepted once, lower case; empty for ""
/// and for `postmaster`.
[[nodiscard]] std::string domain_of(std::string_view address);

} // namespace stagepost
