#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stagepost::mime {

/// What a `Content-Type` says (RFC 2045, 5.1).
struct content_type {
  std::string type = "text"; ///< Lower case.
  std::string subtype = "plain";
  std::string boundary; ///< Of a multipart; else empty.
};

/// Reads the value of a `Content-Type`, folded or not. Nothing for what breaks
/// the grammar, or has two boundaries, or one over 70 octets (RFC 2046, 5.1.1).
[[nodiscard]] std::optional<content_type>
parse_content_type(std::string_view value);

/// A `Content-Transfer-Encoding` (RFC 2045, 6.1).
enum class encoding {
  seven_bit,
  eight_bit,
  binary,
  quoted_printable,
  base64,
  other
};

/// One part of a message, or the message itself, as its header shows it.
struct entity {
  enum class kind { leaf, multipart, message };

  std::size_t number = 0; ///< In order of appearance; the message is 0.
  entity::kind what = kind::leaf;
  content_type type;
  mime::encoding encoding = encoding::seven_bit;
  bool has_type = false;       ///< `Content-Type` is there.
  bool has_version = false;    ///< `MIME-Version` is there.
  bool begins_message = false; ///< It is no part of a multipart.
  bool sealed = false;         ///< It lies in what is signed or encrypted.
  bool ascii_header = true;
  /// Its header is no header, or says one thing twice.
  bool malformed = false;
};

/// One field of a header, as it stands there: all its lines.
struct header_field {
  std::string_view name;
  std::string_view value; ///< With its folding and last CRLF.
  std::string_view all;
};

/// Takes a header apart, up to its empty line if it has one. What is no field
/// has no name.
[[nodiscard]] std::vector<header_field> fields_of(std::string_view header);

/// Reads what a header says of the entity's kind, type and encoding into `to`;
/// `in_digest`: without a type it is a message (RFC 2046, 5.1.5).
void read_header(std::string_view header, bool in_digest, entity& to);

/// Whether an octet over 127 is among them.
[[nodiscard]] bool has_eight_bit(std::string_view octets) noexcept;

/// Same letters, in any case; `b` is lower case.
[[nodiscard]] bool same_name(std::string_view a, std::string_view b) noexcept;

} // namespace stagepost::mime
