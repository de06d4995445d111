#pragma once

#include "config/configuration.hpp"
#include "mail/tlsa.hpp"
#include "net/dns_figures.hpp"

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

/// What DNSSEC says of an answer (RFC 4033, 5). One that is `bogus` comes with
/// the status `temporary`.
enum class dns_trust {
  insecure, ///< The zone is not signed, or nobody looked.
  secure,   ///< Genuine, what it says is missing as well.
  bogus,    ///< A signature is wrong, or missing where one has to be.
};

struct mx_host {
  std::uint16_t preference = 0;
  std::string host; ///< Lower case, no final dot; "" is the null MX (RFC 7505).
};

struct mx_answer {
  dns_status status = dns_status::temporary;
  std::vector<mx_host> hosts; ///< By preference.
  std::chrono::seconds ttl{0};
  dns_trust trust = dns_trust::insecure;
  std::string why; ///< For people, if not found.
};

struct address_answer {
  dns_status status = dns_status::temporary;
  std::vector<std::string> addresses; ///< IPv6 first, then IPv4.
  /// Where a chain of CNAMEs ends; empty if the name is no alias.
  std::string canonical;
  std::chrono::seconds ttl{0};
  dns_trust trust = dns_trust::insecure; ///< Of all that was found.
  std::string why;
};

struct tlsa_answer {
  dns_status status = dns_status::temporary;
  std::vector<tlsa_record> records; ///< At most 100.
  std::string base; ///< The host whose records they are (RFC 7672, 2.2.3).
  dns_trust trust = dns_trust::insecure;
  std::string why;
};

struct text_answer {
  dns_status status = dns_status::temporary;
  std::vector<std::string> texts; ///< At most 100, each at most 16 KiB.
  std::chrono::seconds ttl{0};
  dns_trust trust = dns_trust::insecure;
  std::string why;
};

struct name_answer {
  dns_status status = dns_status::temporary;
  std::vector<std::string> names; ///< Lower case, no final dot.
  std::string why;
};

/// A caching, validating resolver (libunbound). All calls and all answers on
/// the loop it was made with, which must outlive it; an answer never comes from
/// within the call, and takes a minute at most.
///
/// DNSSEC: with `dns.trust_anchor` each answer is checked against it. Without,
/// the system's servers are checked against the root's key from dns-root-data;
/// when the root itself can't be checked, for those servers strip signatures as
/// those of routers and containers do, nothing is checked for an hour, or mail
/// would stop. Servers named in `dns.servers` are then believed as they are.
class resolver {
public:
  /// Throws std::runtime_error, with the text for the log, when libunbound
  /// refuses a server or /etc/resolv.conf can't be read.
  /// @param figures  Are counted up; outlive it.
  /// @param warn     Hears, on the loop, what the operator should know.
  resolver(boost::asio::io_context& loop, const config::dns_section& section,
           dns_figures& figures,
           std::function<void(const std::string&)> warn = {});
  /// The same, uncounted.
  resolver(boost::asio::io_context& loop, const config::dns_section& section);
  ~resolver(); ///< Questions under way are dropped without an answer.

  /// A domain in `dns.hosts` has no MX (`no_data`): it is its own host.
  void resolve_mx(const std::string& domain,
                  std::function<void(mx_answer)> done);
  /// Both A and AAAA; `dns.hosts` first, then /etc/hosts. An IP address answers
  /// itself. Found if one of the two was; else `temporary` if one of them is.
  void resolve_addresses(const std::string& host,
                         std::function<void(address_answer)> done);
  /// The TLSA records of a host's port: of the first of these names, all of
  /// them names of one host, that has secure ones. `found` with other trust
  /// than `secure` does not happen: that counts as `no_data`.
  void resolve_tlsa(const std::vector<std::string>& bases, std::uint16_t port,
                    std::function<void(tlsa_answer)> done);
  /// The TXT records of a name, the strings of each put together.
  void resolve_text(const std::string& name,
                    std::function<void(text_answer)> done);
  /// The names of an IP address (PTR).
  void resolve_names(const std::string& ip,
                     std::function<void(name_answer)> done);

private:
  struct impl;
  std::shared_ptr<impl> impl_;
};

} // namespace stagepost::net
