#pragma once

#include "mail/outlet/verdict.hpp"

#include <string>

// What an outlet says of mail that it did not begin, or not end. All of them
// are for now. `by` is the verdict's.
namespace stagepost::outlet {

/// Its circuit breaker is open (451 4.4.1). The sender is to be told.
[[nodiscard]] verdict platform_is_down(std::string by);
/// It stood in line until its deadline (451 4.4.7).
[[nodiscard]] verdict no_worker_in_time(std::string by);
/// Its client could wait no longer while the platform was at it (451 4.4.7):
/// that says nothing of the platform. The sender is to be told.
[[nodiscard]] verdict no_answer_in_time(std::string by);
/// No place in line is left (451 4.3.2).
[[nodiscard]] verdict line_is_full(std::string by);
/// The outlet stops, or is configured no more (451 4.3.2).
[[nodiscard]] verdict is_closing(std::string by);
/// Whoever had it died (451 4.3.0): nobody knows what it did.
[[nodiscard]] verdict broken_off(std::string by);

} // namespace stagepost::outlet
