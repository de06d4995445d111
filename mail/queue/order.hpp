#pragma once

#include "mail/queue/entry.hpp"
#include "mail/smtp/reply.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stagepost::queue {

/// Which recipients of a message are meant: all of them, if nothing is said.
struct recipient_filter {
  std::string domain{};  ///< Lower case.
  std::string address{}; ///< Lower case.
  std::optional<recipient_state> state{};
  std::optional<std::uint16_t> number{};

  [[nodiscard]] bool empty() const noexcept {
    return domain.empty() && address.empty() && !state && !number;
  }
  /// Upper and lower case are the same.
  [[nodiscard]] bool matches(const recipient& x) const;
};

/// What an administrator wants done with mail that is queued.
struct order {
  enum class kind : std::uint8_t {
    retry,    ///< Due now.
    hold,     ///< Not tried until released, kept beyond its expiry.
    release,  ///< Was held; due now.
    bounce,   ///< Fails now; the sender gets a report.
    redirect, ///< To another address, and due now.
    remove,   ///< Gone; nobody is told.
    suspend,  ///< Nothing goes to a domain or site, or from a sender.
    resume,   ///< It does again.
  };
  order::kind what = kind::retry;
  std::vector<queue::id> messages;
  recipient_filter which;
  smtp::reply reply; ///< Of `bounce`: 5xx.
  suspension pause;  ///< Of `suspend` and `resume`.
  /// Of `redirect`: an address, or `@domain` to keep the part before it.
  std::string to;
};

/// As the command that gives it: "hold".
[[nodiscard]] std::string_view name_of(order::kind x) noexcept;

/// The recipient with another address. The first address it had is kept as its
/// original recipient (RFC 3461, 4.2), so that reports name what the sender
/// knows; what was tried for the old address is forgotten.
[[nodiscard]] recipient redirected(const recipient& x, std::string_view to,
                                   time_point now);

/// Of several changes of one recipient only the last one counts: the database
/// would take any of them. Keeps the order of what stays.
void keep_last(std::vector<change>& x);

} // namespace stagepost::queue
