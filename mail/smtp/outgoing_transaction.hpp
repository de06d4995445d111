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
  /// What comes next: a reply, with `content` only one that breaks it off.
  enum class stage {
    mail,
    recipients,
    data,
    content, ///< After DATA.
    dot,
    empty_dot,
    chunks, ///< To be sent, or to be answered.
    over
  };

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

  /// Appends BDAT. Only when it `wants_content()` in chunks.
  void begin_chunk(std::uint64_t octets, bool last, std::string& out);

  /// Gives its reply to each recipient that has none, and is over. A code of
  /// 0 is turned into 451 4.4.2.
  /// @param in_doubt  Nobody knows what became of what was sent whole.
  void abandon(reply reason, bool in_doubt);

  [[nodiscard]] bool wants_content() const noexcept;
  [[nodiscard]] sender::framing way() const noexcept;
  [[nodiscard]] sender::awaited awaits() const noexcept;

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
  std::optional<reply> on_chunk(const reply& x);
  [[nodiscard]] bool unanswered() const noexcept;
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
  std::size_t chunks_due_ = 0; ///< Sent and not answered.
  bool pipelined_ = false;
  bool chunked_ = false;
  bool early_ = false;     ///< The one chunk goes with MAIL and RCPT.
  bool last_sent_ = false; ///< The last chunk.
  bool failed_ = false;    ///< A chunk was refused.
  bool dsn_ = false;       ///< The server takes NOTIFY and ORCPT.
  bool mail_taken_ = false;
  bool needs_reset_ = false;
};

} // namespace stagepost::smtp
