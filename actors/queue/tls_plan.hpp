#pragma once

#include "config/configuration.hpp"
#include "mail/smtp/sender.hpp"
#include "mail/tlsa.hpp"
#include "messages/delivery.hpp"
#include "net/tls_peer.hpp"

#include <string>
#include <vector>

namespace stagepost {

/// How one host of a site is to be met: what its site's policy comes to.
struct tls_plan {
  smtp::sender::tls_policy policy = smtp::sender::tls_policy::opportunistic;
  net::tls_peer::check must = net::tls_peer::check::none;
  /// Who vouches for a connection that came about so: "dane", "sts", "pkix";
  /// "" where nobody has to.
  std::string by{};
  std::string base{}; ///< TLSA base domain.
  std::vector<tlsa_record> records{};
  /// Why the host may not be used at all; "" if it may.
  std::string refusal{};
};

/// The plan for a host that DANE says nothing of.
[[nodiscard]] tls_plan plan_without_dane(const site& where,
                                         const site::host& host);

/// The plan for a host with TLSA records that are secure (RFC 7672, 2.2): one
/// of those that are usable has to match; if none is, TLS is mandatory all the
/// same, and MTA-STS may ask for more.
[[nodiscard]] tls_plan plan_by_dane(const site& where, const site::host& host,
                                    std::vector<tlsa_record> records,
                                    std::string base);

/// A domain's policy as that of its site. DANE needs hosts that nobody can have
/// made up (RFC 7672, 2.2.1): without it is opportunistic.
/// @param secure  DNSSEC, or our configuration, vouches for the hosts.
[[nodiscard]] site::tls_policy site_policy(config::delivery_tls x, bool secure);

/// The policy as the names of sites have it: `dane+sts`.
[[nodiscard]] std::string policy_name(const site& where);

} // namespace stagepost
