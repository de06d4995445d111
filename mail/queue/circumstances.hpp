#pragma once

#include <string_view>

namespace stagepost::queue {

/// Who logged in to send a message, of its circumstances (see `message`), as it
/// stands there: with JSON's escapes. "" if nobody did.
[[nodiscard]] std::string_view user_of(std::string_view circumstances) noexcept;

} // namespace stagepost::queue
