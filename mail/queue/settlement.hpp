#pragma once

#include "mail/queue/verdict.hpp"
#include "mail/report.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace stagepost::queue {

/// Adds to `to` what the end of an attempt means for the tables: rows that go,
/// rows that change, events. A row whose state is `ended` stays.
/// @param relay  Who gave the replies; empty if nobody answered.
/// @param tls    Description of the session; empty in clear.
/// @param began  The attempt; the epoch if nothing was tried.
void record(const settlement& x, const std::string& relay, time_point now,
            batch& to, const std::string& tls = {}, time_point began = {});

/// What a report is to say of one recipient.
struct notice {
  recipient row;
  report_facts::kind what = report_facts::kind::failure;
  smtp::reply reply;
  std::string relay; ///< Who gave the reply; "" if nobody answered.
  time_point at;     ///< Of the last attempt.
  bool tried = true; ///< There was one.
};

/// What the sender wants to hear of a settlement (NOTIFY; RFC 3461, 5.2):
/// nothing if there is no sender, for a report is not answered by a report.
/// @param relayed  Also of what was taken by a next hop that does not report by
///                 itself.
[[nodiscard]] std::vector<notice> notices_of(const settlement& x,
                                             const std::string& relay,
                                             time_point now, bool relayed);

/// Adds notices, one a recipient; they replace those that `to` has of them.
void add_notices(std::vector<notice>& to, std::vector<notice> more);

/// What a report needs to know besides its notices.
struct report_rules {
  std::string reporting_mta;
  std::chrono::seconds expire{5 * 24 * 3600}; ///< Of the report itself.
  bool full = false; ///< Failures return the whole message if RET says nothing.
  std::string circumstances{}; ///< Of the report, see `queue::message`.
  /// Who gets it instead of the sender, with failures and the header only; "" =
  /// nobody.
  std::string copy_to{};
};

/// The most of a message that a report looks at, for its header or the whole.
inline constexpr std::size_t returned_limit = 64U << 10U;

/// The report on some recipients of a message, as a message of its own,
/// addressed to the sender or as a copy to somebody else; nothing if there is
/// nothing to tell.
///
/// One that tells of a failure returns the whole message if that was asked for
/// (RET=FULL) and `can_be_returned`, else its header. The report on a message
/// that requires TLS requires it too, and never returns more than the header
/// (RFC 8689, 5).
std::optional<arrival> report_on(const message& about, const content_ptr& body,
                                 std::vector<notice> notices,
                                 const report_rules& rules, queue::id report,
                                 time_point now);

} // namespace stagepost::queue
