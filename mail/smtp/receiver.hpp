#pragma once

#include "mail/smtp/reply.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace stagepost::smtp {

/// What a listener offers. Shared by all its dialogues; never changes.
struct receiver_settings {
  std::string hostname = "localhost";       ///< In the greeting and EHLO.
  std::string banner = "ESMTP Stagepost";   ///< After the name in the greeting.
  std::uint64_t message_size = 50U << 20U;  ///< Octets; SIZE (RFC 1870).
  std::size_t recipients = 1000;            ///< A transaction; over it 452.
  std::size_t unknown_commands = 10;        ///< A session; then 421.
  bool starttls = false;                    ///< Offered (RFC 3207).
  bool pipelining = true;                   ///< Announced (RFC 2920).
  enum class newline_rule { reject, normalize } bare_newline
    = newline_rule::reject; ///< What a bare CR or LF in the data leads to.
};

/// The envelope of the transaction being received.
struct transaction {
  std::string sender;                  ///< Without <>; may be empty.
  std::vector<std::string> recipients; ///< Those accepted so far, without <>.
  std::uint64_t declared_size = 0;     ///< SIZE= of MAIL; 0 if not given.
  bool eight_bit = false;              ///< BODY=8BITMIME.
};

/// The server side of one SMTP dialogue (RFC 5321) with the socket, the clock
/// and the queue taken out. Octets go in, replies come out, and at most one
/// WISH at a time: a question that the owner answers with a call. No input is
/// taken while a wish is open, so a reply never overtakes another.
class receiver {
public:
  enum class wish {
    none,             ///< Give more input.
    verify_recipient, ///< May mail for `recipient()` come in? `verified()`.
    begin_content,    ///< DATA is next: `content_begins()`, or refuse it.
    store,            ///< The content is whole: take it, answer `stored()`.
    start_tls,        ///< Send the replies, then shake hands: `tls_started()`.
    hang_up,          ///< Send the replies, then close. Final.
  };

  explicit receiver(std::shared_ptr<const receiver_settings> settings);
  ~receiver();
  receiver(receiver&&) noexcept;
  receiver& operator=(receiver&&) noexcept;

  /// Makes the greeting the next reply: 220, or what `refusal` says (554 or
  /// 421, after which the dialogue is over).
  void greet();
  void refuse(const reply& refusal);

  /// Takes octets as they came, in pieces of any size.
  /// @returns How many were taken: all, unless a wish is now open.
  std::size_t feed(std::string_view octets);

  [[nodiscard]] wish wanted() const noexcept;

  /// Replies not sent yet, in order; empty if there are none.
  [[nodiscard]] std::string take_replies();

  // -- answers to wishes ----------------------------------------------------

  /// The forward-path that `verify_recipient` asks about, without <>.
  [[nodiscard]] const std::string& recipient() const noexcept;
  void verified(const reply& verdict); ///< 2xx: it joins the transaction.

  /// Goes on with 354. `trace` (whole header fields, each with its CRLF) is
  /// put before the client's first octet.
  void content_begins(std::string trace);
  void content_refused(const reply& why); ///< 4xx or 5xx instead of 354.

  /// Content decoded since the last call: clean CRLF lines, dots unstuffed.
  /// May be asked for at any time, so that a large message need not gather.
  [[nodiscard]] std::string take_content();
  /// Decoded octets that `take_content` would give now.
  [[nodiscard]] std::size_t content_waiting() const noexcept;

  /// The reply to the end of data; a new transaction may begin.
  void stored(const reply& outcome);

  /// TLS is up: the dialogue begins anew (RFC 3207, 4.2).
  void tls_started();

  // -- what the owner may want to know --------------------------------------

  [[nodiscard]] const transaction& current() const noexcept;
  [[nodiscard]] const std::string& helo() const noexcept; ///< "" before it.
  [[nodiscard]] bool extended() const noexcept;           ///< EHLO, not HELO.
  [[nodiscard]] bool in_content() const noexcept; ///< Between 354 and the dot.
  [[nodiscard]] std::uint64_t commands() const noexcept;

  /// Ends the dialogue with 421 and this text, at the next place where a
  /// reply may stand.
  void close(const reply& why);

private:
  struct state;
  std::unique_ptr<state> state_;
};

} // namespace stagepost::smtp
