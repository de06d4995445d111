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
  std::string hostname = "localhost";      ///< In the greeting and EHLO.
  std::string banner = "ESMTP Stagepost";  ///< After the name in the greeting.
  std::uint64_t message_size = 50U << 20U; ///< Octets; SIZE (RFC 1870). 0:
                                           ///< no limit.
  std::size_t recipients = 1000;           ///< A transaction; over it 452.
  std::size_t unknown_commands = 10;       ///< A session; then 421.
  bool starttls = false;                   ///< Offered (RFC 3207).
  bool pipelining = true;                  ///< Announced (RFC 2920).
  /// What a bare CR or LF in the data leads to.
  enum class newline_rule { reject, normalize };
  newline_rule bare_newline = newline_rule::reject;
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
///
/// How it keeps in step with a client that errs, or means harm:
/// - A command line ends at CRLF. At an LF without CR it cannot know where the
///   client sees the next command, so it answers `500 5.5.2`, then 421, and
///   hangs up; nothing behind the LF is read. Waiting for the CRLF instead
///   would leave a client that never sends one without an answer.
/// - A control character or an octet over 126 in a line: one `500 5.5.2` for
///   the line. A line over 2,048 octets: one `500 5.5.6`, and 421 if a MiB
///   goes by without a line end.
/// - Content ends at CR LF `.` CR LF only (see `data_decoder`). What is wrong
///   with it is told there: 552 5.3.4 too large, 550 5.6.11 bare CR or LF,
///   554 5.6.0 header over 100 KiB, 554 5.4.6 over 100 Received fields.
///   Then `store` is not wished for, and what `take_content` gave is void.
///   Past four times the size limit and a MiB it is 421 without waiting.
/// - When DATA (or BDAT) is refused and more octets came along with it, the
///   client did not wait for 354 and these may be content: they are never read
///   as commands, the answer is `554 5.5.0` and the end (RFC 2920, 3.1).
/// - What came along with STARTTLS is dropped unread.
/// - An HTTP request ends the dialogue: 421.
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
  /// @returns How many were taken: all, unless a wish is open. With `start_tls`
  /// and `hang_up` open all are taken, and dropped: do not feed it the
  /// handshake.
  std::size_t feed(std::string_view octets);

  [[nodiscard]] wish wanted() const noexcept;

  /// Replies not sent yet, in order; empty if there are none.
  [[nodiscard]] std::string take_replies();

  // -- answers to wishes ----------------------------------------------------
  // An answer to a wish that is not open (any more: `close` may have taken it
  // back) has no effect. An answer with 421 ends the dialogue.

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
  [[nodiscard]] bool secure() const noexcept;     ///< `tls_started` was called.
  [[nodiscard]] bool in_content() const noexcept; ///< Between 354 and the dot.
  [[nodiscard]] std::uint64_t commands() const noexcept;

  /// Ends the dialogue with this reply (a 421), at the next place where a
  /// reply may stand: at once between commands, also while a recipient or the
  /// beginning of content is being decided; at the end of data within content;
  /// after the outcome while it is stored; after a TLS handshake under way.
  void close(const reply& why);

private:
  struct state;
  std::unique_ptr<state> state_;
};

} // namespace stagepost::smtp
