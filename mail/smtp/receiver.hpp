#pragma once

#include "mail/sasl/exchange.hpp"
#include "mail/smtp/receiver_settings.hpp"
#include "mail/smtp/reply.hpp"
#include "mail/smtp/transaction.hpp"
#include "mail/smtp/xclient.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace stagepost::smtp {

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
/// - A control character in a line, or 8-bit octets where SMTPUTF8 (RFC 6531)
///   has none: one `500 5.5.2` for the line. A line over 2,048 octets (12,290
///   in AUTH): one `500 5.5.6`, and 421 if a MiB goes by without a line end.
/// - Content ends at CR LF `.` CR LF only (see `data_decoder`), or with the
///   last chunk. What is wrong with it is told there: 552 5.3.4 too large,
///   550 5.6.11 bare CR or LF, 554 5.6.0 a header or a line too long, 554 5.4.6
///   too many Received fields. Then `store` is not wished for, and what
///   `take_content` gave is void. Past four times the size limit and a MiB it
///   is 421 without waiting.
/// - When DATA is refused and more octets came along with it, the client did
///   not wait for 354 and these may be content: they are never read as
///   commands, the answer is `554 5.5.0` and the end (RFC 2920, 3.1).
/// - A chunk that is refused is taken all the same and forgotten. BDAT without
///   a size that makes sense is the end: nobody can say where commands begin.
/// - What came along with STARTTLS is dropped unread.
/// - An HTTP request ends the dialogue: 421.
///
/// The order of decisions: what the client may say at all (TLS, login) is
/// decided by the machine, then come the owner's wishes, each in its place:
/// `begin_login`, `verify_sender` (rates, load, whose address it is; a check of
/// SPF belongs here), `verify_recipient` (routes; lists of known clients),
/// `begin_content`, and `store` (what the content itself tells: DKIM, DMARC,
/// filters).
class receiver {
public:
  enum class wish {
    none,             ///< Give more input.
    begin_login,      ///< AUTH: `login_begins()`, or refuse it.
    find_verifier,    ///< SCRAM: that of `login().user()`: `verifier()`.
    judge_login,      ///< See `login()`: `logged_in()` or `login_refused()`.
    adopt_client,     ///< XCLIENT: `client_adopted()`.
    expand,           ///< EXPN of `subject()`: `expanded()`.
    verify_sender,    ///< May `current().sender` send? `sender_verified()`.
    verify_recipient, ///< May mail for `recipient()` come in? `verified()`.
    begin_content, ///< DATA or BDAT is next: `content_begins()`, or refuse it.
    store,         ///< The content is whole: take it, answer `stored()`.
    start_tls,     ///< Send the replies, then shake hands: `tls_started()`.
    hang_up,       ///< Send the replies, then close. Final.
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

  /// This client may use XCLIENT, and hears so.
  void trust_xclient() noexcept;
  /// TLS is up before the greeting. @param proxied  Between the client and a
  /// proxy that is believed: SCRAM-SHA-256-PLUS has nothing to bind to.
  void begins_secure(bool proxied) noexcept;
  /// The session may send so many bad commands from now on.
  void tighten(std::size_t unknown_commands) noexcept;

  // -- answers to wishes ----------------------------------------------------
  // An answer to a wish that is not open (any more: `close` may have taken it
  // back) has no effect. An answer with 421 ends the dialogue.

  void login_begins(sasl::circumstances where);
  /// The login under way: who, how, and in the state `check_password` with
  /// what, or `proved` or `failed`, which is then what to answer.
  [[nodiscard]] const sasl::exchange& login() const noexcept;
  void verifier(const sasl::scram_verifier& x);
  void logged_in(std::string user); ///< 235
  /// 535, 454, or before it began anything else that fits.
  void login_refused(const reply& why);

  /// What XCLIENT said.
  [[nodiscard]] const xclient& claimed() const noexcept;
  /// 220, and the dialogue begins anew, with that login if there is one.
  void client_adopted();

  [[nodiscard]] const std::string& subject() const noexcept;
  void expanded(const reply& x);

  void sender_verified(const reply& verdict); ///< 2xx: the transaction is open.

  /// The forward-path that `verify_recipient` asks about.
  [[nodiscard]] const transaction::recipient& recipient() const noexcept;
  void verified(const reply& verdict); ///< 2xx: it joins the transaction.

  /// Goes on, with 354 after DATA. `trace` (whole header fields, each with its
  /// CRLF) is put before the client's first octet.
  void content_begins(std::string trace);
  void content_refused(const reply& why); ///< 4xx or 5xx instead of 354.

  /// Content decoded since the last call: clean CRLF lines, dots unstuffed.
  /// May be asked for at any time, so that a large message need not gather.
  [[nodiscard]] std::string take_content();
  /// Decoded octets that `take_content` would give now.
  [[nodiscard]] std::size_t content_waiting() const noexcept;

  /// The reply to the end of data; a new transaction may begin.
  void stored(const reply& outcome);
  /// The same for LMTP, which has a reply for each recipient, in order. Where
  /// one of them is missing, the last one stands for it.
  void stored(std::span<const reply> outcomes);

  /// TLS is up: the dialogue begins anew (RFC 3207, 4.2).
  void tls_started();

  // -- what the owner may want to know --------------------------------------

  [[nodiscard]] const transaction& current() const noexcept;
  [[nodiscard]] const std::string& helo() const noexcept; ///< "" before it.
  [[nodiscard]] bool extended() const noexcept;           ///< EHLO, not HELO.
  [[nodiscard]] bool secure() const noexcept; ///< `tls_started` was called.
  [[nodiscard]] const std::string& user() const noexcept; ///< "" before login.
  [[nodiscard]] bool in_content() const noexcept; ///< Content is expected next.
  /// Some of a command has come, but not its end.
  [[nodiscard]] bool in_command() const noexcept;
  /// Whether what a client sent for AUTH was nothing that could be judged,
  /// since this was last asked: for the log.
  [[nodiscard]] bool take_malformed_login() noexcept;
  /// Octets of the content so far.
  [[nodiscard]] std::uint64_t content_size() const noexcept;
  [[nodiscard]] std::uint64_t commands() const noexcept;

  /// Ends the dialogue with this reply (a 421), at the next place where a
  /// reply may stand: at once between commands, also while a recipient or the
  /// beginning of content is being decided; at the end of data within content,
  /// or of a chunk, once its beginning was decided;
  /// after the outcome while it is stored; after a TLS handshake under way.
  void close(const reply& why);

private:
  struct state;
  std::unique_ptr<state> state_;
};

} // namespace stagepost::smtp
