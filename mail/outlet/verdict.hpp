#pragma once

#include "mail/smtp/reply.hpp"

#include <string>
#include <utility>
#include <vector>

namespace stagepost::outlet {

/// What an outlet has made of a mail, for one recipient.
struct verdict {
  enum class kind : std::uint8_t {
    accepted, ///< Durable, or done.
    rejected, ///< The platform or the program does not want it.
    failed,   ///< Nobody knows: it could not be asked, or gave no clear answer.
  };
  kind what = kind::failed;
  smtp::reply reply; ///< What the client is to hear: 2xx iff accepted.
  std::string by;    ///< Who says so: "https://platform.example.com/jobs".
  /// What happened, in more words than fit a reply; for the log and the failure
  /// mail. May be empty.
  std::string detail{};
  /// The outlet's own rule asks for a failure mail (design: HTTP platform
  /// failed, or the mail could not be parsed).
  bool tell_sender = false;

  [[nodiscard]] bool accepted() const noexcept {
    return what == kind::accepted;
  }
  /// It may come out otherwise later, or elsewhere.
  [[nodiscard]] bool for_now() const noexcept {
    return what == kind::failed && reply.temporary();
  }
};

} // namespace stagepost::outlet
