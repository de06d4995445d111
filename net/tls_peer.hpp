#pragma once

#include "mail/tlsa.hpp"

#include <string>
#include <vector>

struct ssl_st; // OpenSSL's SSL

namespace stagepost::net {

/// What a client wants of the server that it shakes hands with.
struct tls_peer {
  enum class check {
    /// Any certificate will do (RFC 7435). It is looked at all the same:
    /// `tls_facts` says what came of it.
    none,
    /// It has to go back to an authority of the context, and to have a DNS-ID
    /// (or address) that matches `host` (RFC 6125).
    authorities,
    /// It has to match one of `records` (RFC 7672, 3); one that matches by way
    /// of an authority (DANE-TA) has to name `host` or one of `names` too.
    dane,
  };

  /// Named to the server (SNI), but for an address. Of `dane` the TLSA base
  /// domain. May be empty, and then no name is looked for.
  std::string host;
  check must = check::none;
  std::vector<std::string> names{};
  /// Usable ones: see `usable`.
  std::vector<tlsa_record> records{};
};

/// Before the handshake. @returns Whether OpenSSL took it all: if not, no
/// certificate will do.
[[nodiscard]] bool expect(const tls_peer& peer, ssl_st* ssl);

} // namespace stagepost::net
