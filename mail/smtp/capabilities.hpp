#pragma once

#include <cstdint>
#include <string_view>

namespace stagepost::smtp {

/// What a server offered in its reply to EHLO (RFC 5321, 4.1.1.1).
struct capabilities {
  bool pipelining = false;            ///< RFC 2920.
  bool size = false;                  ///< RFC 1870.
  bool eight_bit_mime = false;        ///< RFC 6152.
  bool starttls = false;              ///< RFC 3207.
  bool enhanced_status_codes = false; ///< RFC 2034.
  bool smtputf8 = false;              ///< RFC 6531.
  bool chunking = false;              ///< RFC 3030.
  bool binary_mime = false;           ///< RFC 3030.
  bool dsn = false;                   ///< RFC 3461.
  bool require_tls = false;           ///< RFC 8689.
  // AUTH (RFC 4954), of what our client speaks.
  bool auth_plain = false;
  bool auth_login = false;
  bool auth_scram_sha_256 = false;
  std::uint64_t size_limit = 0; ///< Octets; 0 if there is none or it is unsaid.
  // LIMITS (RFC 9422), in what is asked of the server; 0 if there is none.
  std::uint32_t most_messages = 0;   ///< MAILMAX: over one connection.
  std::uint32_t most_recipients = 0; ///< RCPTMAX: of one message.
  bool operator==(const capabilities&) const = default;
};

/// Reads the text of a reply to EHLO: the first line is the server's name,
/// each further one a keyword with parameters. What is unknown is passed over.
[[nodiscard]] capabilities parse_capabilities(std::string_view text);

} // namespace stagepost::smtp
