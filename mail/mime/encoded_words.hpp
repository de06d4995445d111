#pragma once

#include <string>
#include <string_view>

namespace stagepost::mime {

/// Text with its encoded words (RFC 2047, 2) read, as UTF-8. Takes words as
/// they are met with: of any length, with spaces in them, next to other text.
/// The space between two of them vanishes, and what a character of theirs, or
/// its code, is split between is joined. A language (RFC 2231, 5) is left out.
///
/// What is no word stays as it is. A word of a charset that is not known is
/// UTF-8, or else windows-1252. The work is linear in the text's length.
/// @param text  UTF-8.
[[nodiscard]] std::string decoded_words(std::string_view text);

/// Octets of a charset as UTF-8. One that is not known, or US-ASCII where that
/// can't be, is UTF-8, or else windows-1252.
[[nodiscard]] std::string in_utf8(std::string_view charset,
                                  std::string_view octets);

} // namespace stagepost::mime
