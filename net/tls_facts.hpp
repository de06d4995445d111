#pragma once

#include <string>

struct ssl_st; // OpenSSL's SSL

namespace stagepost::net {

/// What was agreed in a handshake. Texts of the peer hold printable characters
/// of US-ASCII only.
struct tls_facts {
  std::string version; ///< "TLSv1.3"
  std::string cipher;  ///< "TLS_AES_256_GCM_SHA384"
  int bits = 0;        ///< Of the cipher's key.
  /// The name that the client asked for (SNI); "" without one.
  std::string server_name;
  bool resumed = false; ///< The session goes on from an earlier connection.
  /// Subject of the peer's certificate (RFC 2253); "" if it showed none.
  std::string peer_subject;
  /// Whether the peer's certificate goes back to an authority of ours, and a
  /// server's names the host that was meant. A server that checks none says
  /// false.
  bool peer_verified = false;
  bool peer_matched = false; ///< A server's certificate: a TLSA record.
  std::string peer_refusal;  ///< Why it does not; "" if it does or is missing.
  bool operator==(const tls_facts&) const = default;
};

/// What binds an authentication to its TLS connection (RFC 5056).
enum class channel_binding {
  exporter, ///< tls-exporter (RFC 9266).
  end_point ///< tls-server-end-point (RFC 5929, 4).
};

/// Of a connection whose handshake is over.
[[nodiscard]] tls_facts facts_of(ssl_st* ssl);

/// @returns The binding's octets; "" if this connection has none: an exporter
///          takes TLS 1.3, or 1.2 with an extended master secret (RFC 7627),
///          an end point a certificate whose signature has one hash.
[[nodiscard]] std::string octets_of(channel_binding kind, ssl_st* ssl);

} // namespace stagepost::net
