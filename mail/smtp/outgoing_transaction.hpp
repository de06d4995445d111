#pragma once

#include "mail/smtp/capabilities.hpp"
#include "mail/smtp/reply.hpp"
#include "mail/smtp/sender.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace stagepost::smtp {

/// One transaction of a `sender`, from MAIL to the answer to the final dot:
/// which command is due, and what each reply means for each recipient.
class outgoing_transaction {
public:
  /// What comes next. Up to `data`, and with the dots, a reply.
  enum class stage { mail, recipients, data, content, dot, empty_dot, over };

  /// Nothing is under way: `over`, with an empty outcome.
  outgoing_transaction() = default;

  /// Appends its first commands to `out`, all of them if the server takes
  /// them in one go (RFC 2920). May be `over` at once.
  /// @param verified  As for `sender::tls_started`.
  outgoing_transaction(sender::envelope x, const capabilities& server,
                       bool verified, std::string& out);

  /// Takes the server's next reply, and appends the commands that follow.
  /// @returns What the dialogue must end with, if it can't go on.
  [[nodiscard]] std::optional<reply> take(const reply& x, std::string& out);

  /// The content and the final dot were sent.
  void content_sent() noexcept;

  /// Gives its reply to each recipient that has none, and is over. A code of
  /// 0 is turned into 451 4.4.2.
  void abandon(const reply& reason);

  [[nodiscard]] stage now() const noexcept {
    return now_;
  }
  [[nodiscard]] const sender::result& outcome() const noexcept {
    return outcome_;
  }
  /// Whether the server still holds what it took: RSET is due.
  [[nodiscard]] bool needs_reset() const noexcept {
    return needs_reset_;
  }

private:
  std::optional<reply> on_mail(const reply& x, std::string& out);
  std::optional<reply> on_recipient(const reply& x, std::string& out);
  std::optional<reply> on_data(const reply& x, std::string& out);
  std::optional<reply> on_dot(const reply& x);
  void recipients_done(std::string& out);
  void ask_recipient(std::string& out) const;
  void decide(std::size_t recipient, const reply& x);
  void decide_open(const reply& x);

  sender::envelope envelope_;
  sender::result outcome_; ///< A reply with code 0: not decided yet.
  /// Which of the recipients RCPT is sent for, and whose turn it is.
  std::vector<std::size_t> asked_;
  std::size_t turn_ = 0;
  std::size_t accepted_ = 0;
  stage now_ = stage::over;
  bool pipelined_ = false;
  bool dsn_ = false; ///< The server takes NOTIFY and ORCPT.
  bool mail_taken_ = false;
  bool needs_reset_ = false;
};

} // namespace stagepost::smtp
