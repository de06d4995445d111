#pragma once

#include "mail/queue/id.hpp"
#include "mail/smtp/reply.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace stagepost {

/// What a delivery status notification (RFC 3464) tells of one message.
struct report_facts {
  enum class kind { failure, delay };

  struct recipient {
    std::string address;
    kind what = kind::failure;
    smtp::reply reply;  ///< The decisive reply; ours if `remote` is empty.
    std::string remote; ///< Name of the host that gave it; may be empty.
    queue::time_point last_attempt;
    queue::time_point will_retry_until; ///< For a delay.
  };

  std::string reporting_mta; ///< Host name of the node, or its egress name.
  std::string sender;        ///< Who gets the report: the reverse-path.
  queue::id original;
  queue::id report; ///< Its own id, for Message-ID and the log.
  queue::time_point arrived;
  queue::time_point now;
  std::string envid;           ///< RFC 3461, decoded; empty if none.
  std::string original_header; ///< Header fields of the original.
  std::vector<recipient> recipients;
};

/// The report as a whole message: multipart/report with a text that a person
/// understands, message/delivery-status, and text/rfc822-headers. Pure ASCII,
/// CRLF, lines under 998 octets. A remote's words are quoted, with control
/// characters replaced, and clipped to 1,000 octets; our own are told from them
/// by a Diagnostic-Code of type X-Stagepost instead of smtp. The boundary is
/// made from the report's id, and occurs nowhere else.
std::string compose_report(const report_facts& facts);

/// The header of a message: all before the first empty line, at most `limit`
/// octets and cut at a line end, with its last CRLF.
std::string header_of(std::string_view message, std::size_t limit = 64U << 10U);

} // namespace stagepost
