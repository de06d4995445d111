#pragma once

#include "mail/queue/report_pace.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace stagepost::outlet {

/// Which failure mails go out: so many to a sender within an hour, and one for
/// a message, however often a client sends it again. What is too much is not
/// sent.
class failure_pace {
public:
  /// A message that failed again is told of again after this.
  static constexpr std::chrono::hours again_after{24};

  /// @param most  Senders, and messages, to remember.
  explicit failure_pace(std::size_t most = 20'000)
    : senders_(most, std::chrono::hours{1}, {}),
      messages_(most, again_after, {}) {
  }

  /// @param sender  ASCII letters of either case are the same.
  /// @param message  What is the same when it is sent again: its Message-ID;
  ///                 "" = nothing is known.
  /// @param per_hour  0 = no limit.
  bool take(std::string_view sender, std::string_view message,
            std::uint32_t per_hour, queue::time_point now);

private:
  queue::report_pace senders_;
  queue::report_pace messages_; ///< One each.
};

} // namespace stagepost::outlet
