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
[[nodiscard]] result<mailbox> parse_mailbox(std::string_view text);

/// The domain of an address that was accepted once, lower case; empty for ""
/// and for `postmaster`.
[[nodiscard]] std::string domain_of(std::string_view address);

} // namespace stagepost
