#pragma once

#include "mail/sasl/mechanism.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace stagepost::smtp {

/// The extensions that a listener offers; one that is not offered is refused,
/// too. Some depend on the moment: STARTTLS and REQUIRETLS on TLS, AUTH on
/// what can be logged in with.
struct extensions {
  bool pipelining = true;            ///< RFC 2920; only announced.
  bool size = true;                  ///< RFC 1870.
  bool eight_bit_mime = true;        ///< RFC 6152.
  bool smtputf8 = true;              ///< RFC 6531.
  bool chunking = true;              ///< RFC 3030.
  bool binary_mime = true;           ///< RFC 3030; with chunking, 8BITMIME.
  bool dsn = true;                   ///< RFC 3461.
  bool enhanced_status_codes = true; ///< RFC 2034; only announced.
  bool starttls = false;             ///< RFC 3207.
  bool require_tls = true;           ///< RFC 8689.
  bool limits = true;                ///< RFC 9422; only announced.
  bool auth = true;                  ///< RFC 4954, with `mechanisms`.
  bool xclient = true;               ///< For those who are trusted with it.
  bool xegress = true;               ///< For those who may use it.
};

/// What a listener offers. Shared by all its dialogues; never changes.
struct receiver_settings {
  std::string hostname = "localhost";      ///< In the greeting and EHLO.
  std::string banner = "ESMTP Stagepost";  ///< After the name in the greeting.
  bool lmtp = false;                       ///< LMTP (RFC 2033) instead of SMTP.
  std::uint64_t message_size = 50U << 20U; ///< Octets; 0: no limit.
  std::size_t recipients = 1000;           ///< A transaction; over it 452.
  std::size_t unknown_commands = 10;       ///< A session; then 421.
  /// Transactions of a session; then 421. 0: no limit.
  std::size_t messages = 0;
  /// Recipients of a session; over it 452. 0: no limit.
  std::size_t recipients_in_all = 0;
  std::size_t auth_failures = 5; ///< Of a session; then 421.

  extensions offers;
  /// On offer with AUTH; none: there is no AUTH.
  std::vector<sasl::mechanism> mechanisms;
  bool auth_without_tls = false;
  bool auth_required = false;            ///< Before MAIL: 530 5.7.0.
  bool tls_required = false;             ///< Before MAIL and AUTH: 530 5.7.0.
  bool expn = false;                     ///< For who logged in.
  bool egress_for_all = false;           ///< Every client may use XEGRESS.
  std::vector<std::string> egress_users; ///< Who may, once logged in.

  /// What a bare CR or LF in the data leads to.
  enum class newline_rule { reject, normalize };
  newline_rule bare_newline = newline_rule::reject;
  std::uint64_t header_size = 100U << 10U; ///< Octets.
  std::size_t header_fields = 1000;
  std::size_t received_fields = 100;
  std::uint64_t text_line = 0; ///< Octets with the CRLF; 0: no limit.
};

} // namespace stagepost::smtp
