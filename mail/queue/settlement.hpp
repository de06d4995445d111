#pragma once

#include "mail/queue/backlog.hpp"
#include "mail/report.hpp"

#include <optional>
#include <string>

namespace stagepost::queue {

/// Adds to `to` what the end of an attempt means for the tables: rows that go,
/// rows that change, events.
/// @param relay  Who gave the replies; empty if nobody answered.
/// @param tls    Description of the session; empty in clear.
/// @param began  The attempt; the epoch if nothing was tried.
void record(const backlog::settlement& x, const std::string& relay,
            time_point now, batch& to, const std::string& tls = {},
            time_point began = {});

/// Does a settlement call for a report of this kind? It does for recipients of
/// whom the sender wants to hear it (NOTIFY; RFC 3461, 5.2), but never if the
/// sender is null: a report is not answered by a report.
/// @param what  `relayed` only where the next hop does not report by itself.
[[nodiscard]] bool calls_for(const backlog::settlement& x,
                             report_facts::kind what) noexcept;

/// What a report needs to know besides the settlement.
struct report_rules {
  std::string reporting_mta;
  std::chrono::seconds expire{5 * 24 * 3600}; ///< Of the report itself.
  bool full = false; ///< Failures return the whole message if RET says nothing.
  std::string circumstances{}; ///< Of the report, see `queue::message`.
  /// Who gets it instead of the sender, with the header only; "" = nobody.
  std::string copy_to{};
};

/// The report of one kind, as a message of its own, addressed to the sender or
/// as a copy to somebody else; nothing if the sender is not to have it.
///
/// A failure returns the whole message if that was asked for (RET=FULL) and
/// `can_be_returned`, else its header. The report on a message that requires
/// TLS requires it too, and never returns more than the header (RFC 8689, 5).
std::optional<arrival> report_on(const backlog::settlement& x,
                                 report_facts::kind what,
                                 const std::string& relay,
                                 const report_rules& rules, queue::id report,
                                 time_point now);

} // namespace stagepost::queue
