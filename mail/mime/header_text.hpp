#pragma once

#include <string>
#include <string_view>

namespace stagepost::mime {

/// The value of a header field as people read it: unfolded, encoded words
/// (RFC 2047) decoded, UTF-8 in any case, no control character but tabs.
[[nodiscard]] std::string header_text(std::string_view value);

/// What a Content-Type says (RFC 2045, 5.1), read as loosely as there is sense
/// in it.
struct media_type {
  std::string type;     ///< "text/plain", lower case.
  std::string charset;  ///< As it stands there; "" = not said.
  std::string boundary; ///< Likewise.
  std::string name;     ///< Decoded (RFC 2231, RFC 2047), UTF-8.
};

[[nodiscard]] media_type read_media_type(std::string_view value);

/// What a Content-Disposition says (RFC 2183).
struct disposition {
  std::string how;       ///< "attachment", lower case.
  std::string file_name; ///< Decoded, UTF-8.
};

[[nodiscard]] disposition read_disposition(std::string_view value);

/// Of an id, what is between < and >; all of it if they are missing.
[[nodiscard]] std::string id_in(std::string_view value);

} // namespace stagepost::mime
