#pragma once

#include "mail/mime/parsed_mail.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stagepost::mime {

/// What the header of a part says of it, or that of a message. Where a field
/// comes twice, the first counts.
struct part_header {
  part it;               ///< As far as a header tells; no text or html yet.
  std::string boundary;  ///< Of a multipart that can be taken apart; else "".
  bool attached = false; ///< It has a name, or says that it is an attachment.
};

/// @param in_digest  Without a type it is a message (RFC 2046, 5.1.5).
[[nodiscard]] part_header read_part_header(std::string_view header,
                                           bool in_digest);

/// All fields of a header in order, their values as they stand there.
/// @param header  Its lines end with CRLF or LF; what is no field is left out.
[[nodiscard]] std::vector<std::pair<std::string, std::string>>
raw_fields(std::string_view header);

} // namespace stagepost::mime
