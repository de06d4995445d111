#pragma once

#include "actors/rules.hpp"
#include "mail/egress_way.hpp"
#include "mail/queue/entry.hpp"

#include <string>
#include <vector>

namespace stagepost {

/// What is kept of how a message came to us, see
/// `queue::message::circumstances`: for people, and to decide how it leaves.
struct circumstances {
  std::string client; ///< IP address.
  std::string helo;
  std::string listener;
  std::string user;  ///< Who logged in; "" if nobody did.
  std::string local; ///< Our address that it came in on.
  egress_way wish;   ///< See `config::egress_facts`.
};

/// As a JSON object; what is empty is left out.
std::string to_json(const circumstances& x);

/// What decides how a queued message leaves. A report leaves as its author's
/// mail would, or else as the message that it is about.
config::egress_facts egress_facts_of(const queue::message& x);

/// How a report is to be made and sent.
struct report_origin {
  std::string hostname;      ///< Of our own: the reporting MTA.
  std::string circumstances; ///< Of the report.
};

/// @param used  How the message left, if it did.
report_origin origin_of_report(const rules& by, const queue::message& about,
                               const egress_way& used);

} // namespace stagepost
