#pragma once

#include "mail/queue/id.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace stagepost::queue {

/// Where a recipient is on its way, for people.
struct recipient_sight {
  queue::id message;
  std::uint16_t number = 0;
  /// "waiting", "resolving", "ready", "delivering", "suspended".
  const char* where = "";
  std::string site{};      ///< Empty if not known.
  std::string suspended{}; ///< By what.
};

/// How a site does, for people.
struct site_sight {
  std::string site;
  std::uint64_t waiting = 0;    ///< Recipients in line.
  std::uint64_t delivering = 0; ///< Messages given to its destination.
  std::uint64_t window = 0;     ///< At most so many; 0 = any number.
  std::optional<time_point> down_since{}; ///< It can't be reached.
  std::optional<time_point> next_probe{}; ///< Of a site that is down.
  std::string why{};                      ///< It is down.
  std::string suspended{};                ///< By what.
};

} // namespace stagepost::queue
