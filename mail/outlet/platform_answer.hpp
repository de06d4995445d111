#pragma once

#include "mail/outlet/verdict.hpp"

#include <string>
#include <string_view>

namespace stagepost::outlet {

/// What a platform answered to a POST of mail (RFC 9110, 15).
struct platform_answer {
  unsigned status = 0; ///< 0: no answer came, `why` says what did.
  std::string content_type{};
  std::string body{};
  std::string why{}; ///< For people.
};

/// What the answer says of the mail: 2xx accepts it, unless it is a JSON object
/// whose `status` is "rejected" or "failed"; 4xx rejects it, but for 408 and
/// 429; all else is a failure, of which the sender is to be told. The text is
/// the `message` of a JSON object or the first line of a text/plain body.
/// @param by  Of the verdict.
[[nodiscard]] verdict judge(const platform_answer& x, std::string by);

/// Does the answer show that the platform works, whatever it thinks of the
/// mail? One that has too much to do (429) works.
[[nodiscard]] bool shows_life(const platform_answer& x) noexcept;

/// A text from outside as one line for people: control characters are spaces,
/// spaces one at most, what is no UTF-8 is `?`.
/// @returns At most 400 octets, so that a reply has room for it.
[[nodiscard]] std::string one_line(std::string_view text);

} // namespace stagepost::outlet
