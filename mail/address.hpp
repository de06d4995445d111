#pragma once

#include "mail/error.hpp"

#include <string>
#include <string_view>

namespace stagepost {

/// A mailbox as RFC 5321, 4.1.2 has it, after parsing: a type, so that what
/// was not checked can't be taken for what was.
struct mailbox {
  std::string local;  ///< As given; quotes kept when it needs them.
  std::string domain; ///< Lower case; an address literal keeps its brackets, a
                      ///< name of another script is in UTF-8 (U-labels).
  [[nodiscard]] std::string text() const {
    return domain.empty() ? local : local + '@' + domain;
  }
};

/// What an address may be made of.
enum class alphabet {
  ascii, ///< RFC 5321.
  utf8,  ///< RFC 6531, 3.3: what SMTPUTF8 adds.
};

/// Parses `local@domain` without <>. Limits: 64 octets local, 255 domain.
/// `postmaster` alone is taken (RFC 5321, 4.5.1).
///
/// 8-bit octets are `syntax`, unless `allowed` is UTF-8: then a local part may
/// hold any character but controls (U+0080 to U+009F), as it is, and a domain
/// may be of any script that IDNA takes; its spellings become one.
///
/// Two liberties, because devices in use need them: an underscore in a domain
/// and one dot at the end of an unquoted local part (`name.@example.com`).
/// A local part is never decoded or split further: `%`, `!` and `=?` in it are
/// text like any other. Comments and folding are refused.
[[nodiscard]] result<mailbox> parse_mailbox(std::string_view text,
                                            alphabet allowed = alphabet::ascii);

/// True if mail to or from this address can do without SMTPUTF8.
[[nodiscard]] bool is_ascii(const mailbox& x) noexcept;

/// True for a domain name or an address literal, `[192.0.2.1]` or
/// `[IPv6:2001:db8::1]`, of at most 255 octets.
[[nodiscard]] bool is_domain(std::string_view text) noexcept;

/// The domain of an address that was accepted once, lower case; empty for ""
/// and for `postmaster`.
[[nodiscard]] std::string domain_of(std::string_view address);

/// The domain of an address that was accepted once, as the DNS is asked for
/// it: lower case, names of other scripts as A-labels (RFC 5890, 2.3.2.1).
/// What can't be converted stays as it is, and is no host's name.
[[nodiscard]] std::string dns_domain_of(std::string_view address);

} // namespace stagepost
