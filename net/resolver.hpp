#pragma once

#include "config/configuration.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace stagepost::net {

/// How a question to the DNS ended. The difference between `temporary` and the
/// two negative answers decides between deferral and failure.
enum class dns_status {
  found,
  no_data,   ///< The name exists, but not with this type.
  no_domain, ///< NXDOMAIN.
  temporary, ///< SERVFAIL, time-out, a bogus signature, no server.
};

struct mx_host {
  std::uint16_t preference = 0;
  std::string host; ///< Lower case, no final dot; "" is the null MX (RFC 7505).
};

struct mx_answer {
  dns_status status = dns_status::temporary;
  std::vector<mx_host> hosts; ///< By preference.
  std::chrono::seconds ttl{0};
  bool secure = false; ///< DNSSEC-validated.
  std::string why;     ///< For people, if not found.
};

struct address_answer {
  dns_status status = dns_status::temporary;
  std::vector<std::string> addresses; ///< IPv6 first, then IPv4.
  std::chrono::seconds ttl{0};
  std::string why;
};

/// A caching resolver (libunbound). All calls and all answers on the loop it
/// was made with, which must outlive it; an answer never comes from within the
/// call, and takes 30 s at most.
///
/// DNSSEC: with the system's servers, and the root's key from dns-root-data, it
/// validates, which is what `secure` tells. A wrong or missing signature is let
/// through as insecure: behind a server that strips signatures, as those of
/// routers and containers do, mail would stop otherwise. Servers named in
/// `dns.servers` are trusted as they are: they validate themselves or serve
/// zones of a house that nobody signed.
class resolver {
public:
  /// Throws std::runtime_error, with the text for the log, when libunbound
  /// refuses a server or /etc/resolv.conf can't be read.
  resolver(boost::asio::io_context& loop, const config::dns_section& section);
  ~resolver(); ///< Questions under way are dropped without an answer.

  /// A domain in `dns.hosts` has no MX (`no_data`): it is its own host.
  void resolve_mx(const std::string& domain,
                  std::function<void(mx_answer)> done);
  /// Both A and AAAA; `dns.hosts` first, then /etc/hosts. An IP address answers
  /// itself. Found if one of the two was; else `temporary` if one of them is.
  void resolve_addresses(const std::string& host,
                         std::function<void(address_answer)> done);

private:
  struct impl;
  std::shared_ptr<impl> impl_;
};

} // namespace stagepost::net
