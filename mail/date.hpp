#pragma once

#include <chrono>
#include <string>

namespace stagepost {

/// The time as RFC 5322, 3.3 writes it, in UTC:
/// `Sat, 21 Nov 2026 10:00:00 +0000`.
std::string rfc5322_date(std::chrono::system_clock::time_point t);

/// The time as RFC 3339 writes it, in UTC with milliseconds:
/// `2026-11-21T10:00:00.000Z`. For logs and JSON.
std::string rfc3339_date(std::chrono::system_clock::time_point t);

} // namespace stagepost
