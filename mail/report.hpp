#pragma once

#include "mail/queue/id.hpp"
#include "mail/smtp/reply.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace stagepost {

/// What a delivery status notification (RFC 3464) tells of one message.
struct report_facts {
  enum class kind {
    failure,
    delay,
    relayed, ///< To a server that reports no deliveries (RFC 3461, 5.2.2).
  };

  struct recipient {
    std::string address;
    std::string original; ///< ORCPT, see `read_original_recipient`; or empty.
    kind what = kind::failure;
    smtp::reply reply;  ///< The decisive reply; ours if `remote` is empty.
    std::string remote; ///< Name of the host that gave it; may be empty.
    queue::time_point last_attempt;
    queue::time_point will_retry_until{}; ///< For a delay.
    bool tried = true;                    ///< There was an attempt.
  };

  std::string reporting_mta; ///< Host name of the node, or its egress name.
  std::string sender;        ///< Who gets the report: the reverse-path.
  queue::id original;
  queue::id report; ///< Its own id, for Message-ID and the log.
  queue::time_point arrived;
  queue::time_point now;
  std::string envid;           ///< RFC 3461, decoded; empty if none.
  std::string original_header; ///< Header fields of the original.
  /// The whole original, which is returned instead of its header; empty unless
  /// it is asked for and `can_be_returned`.
  std::string original_message;
  bool too_much = false; ///< It was asked for and can't be.
  bool utf8 = false;     ///< The original is mail for SMTPUTF8 (RFC 6531).
  std::vector<recipient> recipients;
};

/// The report as a whole message: multipart/report with a text that a person
/// understands, message/delivery-status, and text/rfc822-headers or
/// message/rfc822. CRLF, lines under 998 octets. ASCII, but for a message that
/// is returned whole, and for what a sender of SMTPUTF8 mail gets: addresses in
/// the text, and the header as message/global-headers (RFC 6533, 6.3). The
/// address in `To` is in UTF-8 if the sender's is, and the report then needs
/// SMTPUTF8. Addresses for programs that are not ASCII are of type `utf-8`,
/// written like `j\x{F6}rg@example.com` (RFC 6533, 3). A remote's words are
/// quoted, with control characters replaced, and clipped to 1,000 octets; our
/// own are told from them by a Diagnostic-Code of type X-Stagepost instead of
/// smtp. The boundary is made from the report's id, and occurs nowhere else.
std::string compose_report(const report_facts& facts);

/// True for a message that a report may hold as it is: at most 64 KiB without
/// NUL, in lines of at most 998 octets, each ended by CRLF; ASCII, or what can
/// be made so for a server that takes no more. Anything else could keep the
/// report from being delivered.
bool can_be_returned(std::string_view message);

/// The header of a message: all before the first empty line, at most `limit`
/// octets and cut at a line end, with its last CRLF.
std::string header_of(std::string_view message, std::size_t limit = 64U << 10U);

} // namespace stagepost
