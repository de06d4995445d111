#pragma once

#include "mail/address.hpp"

#include <string_view>

namespace stagepost::smtp {

/// Reads the path that `text` begins with, in angle brackets (RFC 5321,
/// 4.1.2), and removes it from `text`. A source route `<@a,@b:c@d>` is checked
/// and dropped, as appendix C asks.
///
/// @param allowed  As for `parse_mailbox`.
/// @returns The mailbox; for the null path `<>` one whose `local` is empty.
/// Fails with `syntax` or `too_long`; `text` is then as it was.
[[nodiscard]] result<mailbox> read_path(std::string_view& text,
                                        alphabet allowed = alphabet::ascii);

} // namespace stagepost::smtp
