#pragma once

#include "mail/smtp/reply.hpp"
#include "messages/delivery.hpp"
#include "messages/outcome.hpp"

#include <optional>
#include <string>
#include <vector>

namespace stagepost {

/// Says of each host whether a domain's MTA-STS policy names it (RFC 8461,
/// 4.1).
void mark_listed(const sts_rule& rule, std::vector<site::host>& hosts);

/// Why a domain gets no mail by its policy (RFC 8461, 5); nothing if it does.
/// @param hosts  Its mail hosts, marked.
/// @param dane   A host may still go by its TLSA records (RFC 8461, 2).
std::optional<smtp::reply> refusal_by(const sts_rule& rule,
                                      const std::string& domain,
                                      const std::vector<site::host>& hosts,
                                      bool dane);

std::string names_of(const std::vector<site::host>& hosts);

} // namespace stagepost
