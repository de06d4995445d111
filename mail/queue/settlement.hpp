#pragma once

#include "mail/queue/backlog.hpp"
#include "mail/report.hpp"

#include <optional>
#include <string>

namespace stagepost::queue {

/// Adds to `to` what the end of an attempt means for the tables: rows that go,
/// rows that change, events.
/// @param relay  Who gave the replies; empty if nobody answered.
void record(const backlog::settlement& x, const std::string& relay,
            time_point now, batch& to);

/// What a report needs to know besides the settlement.
struct report_rules {
  std::string reporting_mta;
  std::chrono::seconds expire{5 * 24 * 3600}; ///< Of the report itself.
};

/// The report of one kind that a settlement calls for, as a message of its
/// own, addressed to the sender. Nothing if no recipient calls for it or if
/// the sender is null, for a report is never answered by a report.
std::optional<arrival> report_on(const backlog::settlement& x,
                                 report_facts::kind what,
                                 const std::string& relay,
                                 const report_rules& rules, queue::id report,
                                 time_point now);

} // namespace stagepost::queue
