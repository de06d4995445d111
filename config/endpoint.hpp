#pragma once

#include "config/configuration.hpp"
#include "mail/error.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace stagepost::config {

/// Where an HTTP request goes (RFC 9110, 4.2).
struct http_url {
  bool tls = false;       ///< https
  std::string host;       ///< Lower case; an IPv6 address without brackets.
  std::uint16_t port = 0; ///< 80 or 443 unless given.
  std::string target;     ///< Path and query: "/jobs?from=mail".
};

/// An IP address with a port: "0.0.0.0:25", "[::1]:0". Fails with `syntax`,
/// for a port over 65535 with `out_of_range`.
result<endpoint> parse_endpoint(std::string_view text);

/// A smart host: "smtp://relay.example.com", "smtp://10.0.0.9:2525",
/// "smtp://[::1]:25", "smtps://user:password@relay.example.com". The port is
/// 25, of smtps 465, unless given, and not 0. Up to the last "@" it is who logs
/// in: octets as they are or %XX, but for control characters; the name up to
/// its first ":", up to 255 octets, the password up to 1,024. Fails with
/// `syntax`, for the port with `out_of_range`.
result<next_hop> parse_next_hop(std::string_view text);

/// "https://platform.example.com/jobs", "http://[::1]:8080": visible ASCII, up
/// to 2,000 octets, with neither login nor fragment. Fails with `syntax`, for
/// the port with `out_of_range`.
result<http_url> parse_http_url(std::string_view text);

/// A DNS server: an IP address, or with its port "127.0.0.1@5353".
bool is_dns_server(std::string_view text);

} // namespace stagepost::config
