#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace stagepost::mime {

/// Where the octets of a part lie in the message, and what they are.
struct part {
  enum class kind {
    text,       ///< The text/plain that a person reads.
    html,       ///< The text/html likewise.
    attachment, ///< Everything else that is no container.
  };
  part::kind what = part::kind::attachment;
  std::string type;         ///< "application/pdf", lower case.
  std::string charset;      ///< As declared; "" if it is no text or not said.
  std::string name;         ///< Decoded, UTF-8; "" if there is none.
  std::string content_id;   ///< Without <>; "" if there is none.
  bool in_line = false;     ///< Content-Disposition: inline.
  std::uint64_t offset = 0; ///< Of its encoded octets in the message.
  std::uint64_t length = 0; ///< Of its encoded octets.
  std::string encoding;     ///< "base64", "quoted-printable", "7bit" …
  /// The charset that its text is read by, to become UTF-8: the one declared,
  /// or what it looks like; "" = octets stay as they are.
  std::string read_as;
  std::uint64_t size = 0; ///< Octets as `part_reader` yields them.
};

/// What a message holds. Its octets stay where they are.
struct parsed_mail {
  std::string subject;    ///< Decoded, UTF-8.
  std::string message_id; ///< Without <>; "" if there is none.
  /// All header fields in order, unfolded and decoded, UTF-8.
  std::vector<std::pair<std::string, std::string>> fields;
  std::vector<part> parts; ///< In order; containers are not parts.
};

struct parse_result {
  parsed_mail mail; ///< If `why` is empty.
  std::string why;  ///< Why it can't be parsed, for people.
};

} // namespace stagepost::mime
