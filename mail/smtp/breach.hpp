#pragma once

#include "mail/smtp/reply.hpp"

#include <string_view>

namespace stagepost::smtp {

/// Our reply, 451 4.5.0, for recipients whose server broke the protocol.
/// @param what  Goes on from "Server broke the protocol: ".
[[nodiscard]] reply breach(std::string_view what);

/// The same where one reply was due and another came.
[[nodiscard]] reply breach(std::string_view due, const reply& got);

/// Whether the server said no: 4xx or 5xx.
[[nodiscard]] inline bool refused(const reply& x) noexcept {
  return x.temporary() || x.permanent();
}

} // namespace stagepost::smtp
