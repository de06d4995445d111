#pragma once

#include "config/configuration.hpp"
#include "mail/next_hops.hpp"
#include "mail/smtp/reply.hpp"
#include "messages/delivery.hpp"
#include "messages/outcome.hpp"

#include <optional>
#include <string>
#include <vector>

namespace stagepost {

/// The names by which the DNS may call this server: what it says in greetings
/// and EHLO.
std::vector<std::string> own_names(const config::configuration& x);

/// Smart hosts in order.
std::vector<site::host> hosts_of(const std::vector<config::next_hop>& x);

/// The site of a domain's mail, with these hosts: its name, and how the
/// settings say that they are dialled.
/// @param secure  DNSSEC, or our configuration, vouches for the hosts.
/// @param sts     MTA-STS is enforced.
site site_of(const config::delivery_section& delivery,
             const std::string& domain, std::vector<site::host> hosts,
             bool secure, bool sts);

/// Why no mail can go to a domain, as the answer to the question for its hosts
/// tells; nothing if it can.
/// @param hops  Its hosts, in order; they count for `found` and `no_data`.
std::optional<smtp::reply> verdict_on(const std::string& domain,
                                      const mx_hosts& found,
                                      const next_hops& hops);

/// 550 5.4.4: none of a domain's hosts has an address, `last` the last of them.
smtp::reply none_has_an_address(const std::string& last);

/// 554 5.4.6 (RFC 5321, 5.1). @param where  What it was that led here.
smtp::reply loops_back(const std::string& where);

} // namespace stagepost
