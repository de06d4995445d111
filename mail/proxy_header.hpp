#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace stagepost {

/// TLS between a client and its proxy (PP2_TYPE_SSL, section 2.2.5).
struct proxy_tls {
  bool encrypted = false;   ///< PP2_CLIENT_SSL
  bool certificate = false; ///< The client showed one, now or in the session
                            ///< that was resumed.
  bool verified = false;    ///< It did, and the proxy found it good.
  std::string version;      ///< "TLSv1.3"
  std::string cipher;       ///< "ECDHE-RSA-AES128-GCM-SHA256"
  std::string common_name;  ///< Of the client's certificate.
  bool operator==(const proxy_tls&) const = default;
};

/// What a proxy tells about the connection it passes on, by version 1 or 2 of
/// the PROXY protocol (https://www.haproxy.org/download/2.9/doc/
/// proxy-protocol.txt). Texts hold no control characters, but may hold any
/// octets above 127.
struct proxy_header {
  enum class origin {
    client, ///< Somebody's connection: the addresses are set.
    /// Somebody's, and the proxy does not say whose (v1 UNKNOWN; v2 UNSPEC,
    /// UNIX sockets, datagrams).
    unknown,
    proxy, ///< The proxy's own, such as a health check (v2 LOCAL).
  };

  origin from = origin::unknown;
  /// IPv4 or IPv6 as inet_ntop(3) writes it; IPv4 within IPv6 as IPv4. Empty
  /// unless from a client.
  std::string source;
  std::uint16_t source_port = 0;
  std::string destination; ///< Likewise.
  std::uint16_t destination_port = 0;
  std::optional<proxy_tls> tls;
  std::string authority; ///< The name asked for, as by SNI.
  std::string alpn;      ///< Any octets but control characters.
  bool operator==(const proxy_header&) const = default;
};

/// Reads the header that comes before all else on a connection, in pieces of
/// any size, and not an octet further. Refuses at the first octet that can't
/// belong to one. An ALPN or a name with control characters is refused, a
/// checksum (CRC32C) is checked if there is one, and what is unknown among
/// the extensions (TLVs) is passed over.
class proxy_header_parser {
public:
  static constexpr std::size_t max_v1 = 107; ///< Octets, with CRLF.
  /// Octets after the fixed 16 of version 2.
  static constexpr std::size_t max_v2_body = 2048;

  enum class status {
    more,      ///< All octets are taken; the header is not whole yet.
    whole,     ///< `take()` it; the octets after it are not taken.
    malformed, ///< `why()`; the connection is to be closed. Final.
  };

  /// Takes octets of the header off the front of `octets`.
  status feed(std::string_view& octets);

  /// The header that `whole` announced.
  [[nodiscard]] proxy_header take();

  /// For people; nothing of what came in is in it.
  [[nodiscard]] std::string_view why() const noexcept {
    return why_;
  }

private:
  status advance();
  status advance_v1();
  status advance_v2();
  status finish(bool parsed, std::string_view otherwise);
  status refuse(std::string_view why);

  std::string kept_;
  proxy_header header_;
  std::string_view why_;
};

} // namespace stagepost
