#pragma once

#include "mail/error.hpp"

#include <string>
#include <string_view>

namespace stagepost {

/// A domain name as the DNS has it (IDNA2008, RFC 5891):
/// `xn--bcher-kva.example` of `bücher.example`. A name that is ASCII already is
/// returned in lower case, unchecked.
/// @param domain  UTF-8; capitals and compatible forms are mapped first, as
///                Unicode's UTS 46 has it (nontransitional).
/// Fails with `syntax` for characters that IDNA disallows and labels over 63
/// octets. Signs that are ASCII, or are mapped to it, pass: `is_domain` tells.
[[nodiscard]] result<std::string> to_ascii_domain(std::string_view domain);

/// A domain name as people read it, in the one form that all its spellings
/// have: `bücher.example` of `BÜCHER.example`. A name that is ASCII is returned
/// in lower case; `xn--` in it stays.
/// Fails as `to_ascii_domain` does.
[[nodiscard]] result<std::string> to_unicode_domain(std::string_view domain);

} // namespace stagepost
