#pragma once

#include "mail/queue/id.hpp"

#include <string>

namespace stagepost {

/// What a Received field (RFC 5321, 4.4) states.
struct received_facts {
  std::string helo;           ///< As the client said it.
  std::string client_address; ///< "192.0.2.1" or "2001:db8::1".
  std::string by;             ///< Our host name.
  bool extended = true;       ///< EHLO was used.
  std::string tls;            ///< "TLSv1.3 TLS_AES_256_GCM_SHA384"; "" if none.
  /// Subject of the client's certificate, if it was verified; else "".
  std::string client_certificate;
  bool authenticated = false;
  bool lmtp = false;
  bool utf8 = false; ///< SMTPUTF8 was given.
  queue::id id;
  std::string only_recipient; ///< Without <>; empty when there are several.
  queue::time_point at;
};

/// The whole field, folded, with its CRLF. Octets that a client must not
/// bring into a header are replaced by `?`.
std::string received_field(const received_facts& x);

} // namespace stagepost
