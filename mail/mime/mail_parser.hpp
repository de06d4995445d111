#pragma once

#include "mail/content.hpp"
#include "mail/mime/parsed_mail.hpp"

#include <cstddef>
#include <cstdint>

namespace stagepost::mime {

struct parse_limits {
  std::size_t parts = 1000; ///< Containers counted.
  std::size_t depth = 50;
  std::size_t fields = 1000;      ///< Of the message.
  std::size_t header = 1U << 20U; ///< Octets, of the message or a part.
  std::uint64_t decoded = std::uint64_t{1} << 30U; ///< Octets, of all parts.
};

/// Finds out what a message holds (RFC 2045 to 2049), in one pass for its parts
/// and one over what is encoded, for sizes. Memory is bounded by the limits and
/// not by the message. Most broken messages are read as a person would:
/// - without an empty line after the header, the text begins at the first line
///   that is no field;
/// - a part without its delimiter at the end goes to the end of the message;
/// - a multipart that names no boundary, or whose boundary never comes, is
/// text;
/// - what is no base64 is skipped; an encoding that is not known is none.
/// What is past a limit has a `why`. A message in a message is one attachment.
/// Throws std::system_error when the octets lie in a file that fails.
[[nodiscard]] parse_result parse_mail(const content& message,
                                      const parse_limits& limits = {});

} // namespace stagepost::mime
