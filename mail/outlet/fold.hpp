#pragma once

#include "mail/outlet/verdict.hpp"

#include <cstddef>
#include <vector>

namespace stagepost::outlet {

/// One reply for all recipients of a message (RFC 5321 knows no other), and
/// whom it is silent about.
struct folded {
  smtp::reply reply;
  /// Recipients that the reply does not speak for: it is a 250, and they were
  /// not accepted. The sender has to be told of them in another way.
  std::vector<std::size_t> untold;
};

/// Folds the verdicts of all recipients, at least one. If any was accepted the
/// reply is 250, for else the client would send it to those again; the sender
/// hears of the others by mail. If none was, it is the worst reply there is: a
/// permanent one before a temporary one, which would have the client try for
/// days.
/// @param reported  Of each recipient: the sender will hear by mail that it was
///                  not accepted.
folded fold(const std::vector<verdict>& recipients,
            const std::vector<bool>& reported);

} // namespace stagepost::outlet
