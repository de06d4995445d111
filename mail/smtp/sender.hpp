#pragma once

#include "mail/smtp/capabilities.hpp"
#include "mail/smtp/relay_login.hpp"
#include "mail/smtp/reply.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stagepost::smtp {

/// The client side of one SMTP dialogue (RFC 5321) with the socket and the
/// clock taken out: many transactions over one connection, pipelined where the
/// server allows (RFC 2920), STARTTLS first where it is wanted (RFC 3207), the
/// content in chunks where they are offered (RFC 3030), a login where the owner
/// has one (RFC 4954).
///
/// The owner takes and sends the output before it gives more input: a reply to
/// a command that was not taken yet is a breach of the protocol.
class sender {
public:
  enum class tls_policy { none, opportunistic, required };

  struct settings {
    std::string hostname; ///< Our EHLO argument.
    tls_policy tls = tls_policy::opportunistic;
    bool already_secure = false; ///< The connection began with TLS.
    /// Log in before anything else; what can't be done ends the dialogue.
    std::optional<credentials> login{};
  };

  struct recipient {
    std::string address;     ///< Without <>.
    std::uint8_t notify = 0; ///< NOTIFY, of `notify_flag`; 0 = unsaid.
    /// ORCPT, see `read_original_recipient`; empty = unsaid.
    std::string original{};
    /// The hosts of its domain were found in a way that nobody can forge; to
    /// others no message goes that requires TLS (RFC 8689, 4.2.1).
    bool sure = true;
  };

  /// What reports shall return: RET (RFC 3461, 4.3).
  enum class returns { unsaid, full, header };

  struct envelope {
    std::string sender; ///< Without <>; empty for a report.
    std::vector<recipient> recipients;
    std::uint64_t size = 0; ///< Octets of the content, for SIZE=; 0 = unsaid.
    /// It changes on its way, and nobody knows yet how large it gets.
    bool resized = false;
    bool eight_bit = false; ///< The content holds octets over 127.
    bool binary = false;    ///< It is no lines of text (RFC 3030).
    /// Why it can't be made 7bit for a server that wants it so; empty if nobody
    /// has tried.
    std::string stays_eight_bit{};
    bool smtputf8 = false;    ///< So was said; an address may need it as well.
    bool require_tls = false; ///< RFC 8689; of a report where it is offered.
    sender::returns returns = sender::returns::unsaid;
    std::string id{}; ///< ENVID, decoded; empty = unsaid.
  };

  enum class wish {
    none,         ///< Send the output, then give input.
    start_tls,    ///< Send the output, shake hands: `tls_started/_failed()`.
    ready,        ///< No transaction is open: `begin()` one, or `quit()`.
    send_content, ///< Send the output, then the content, see `content_way()`.
                  ///< Stop when the wish changes before its end.
    finished,     ///< The transaction is over: read `outcome()`, `proceed()`.
    hang_up,      ///< Close. `why()` says what ended it. Final.
  };

  /// How the last transaction ended.
  struct result {
    /// One for each recipient of the envelope, in order: the reply that
    /// decided it, be it to MAIL, RCPT, DATA or the final dot, or our own for
    /// what the server can't be asked (501 5.1.3, 501 5.1.7, 553 5.6.7 for an
    /// address; 552 5.3.4, 554 5.6.3, 554 5.6.7 for the content; 550 5.7.30)
    /// or did not answer (4xx). Texts are clipped to 2,048 octets.
    std::vector<reply> replies;
    bool usable = true;   ///< The connection may carry another transaction.
    bool reports = false; ///< The server offers DSN: NOTIFY is its affair now.
    /// Recipients (by index) who may have got the message although their reply
    /// says that they did not: all of it was sent, and no answer to it came.
    std::vector<std::size_t> in_doubt{};
  };

  /// How the content goes over the wire.
  enum class framing {
    dots,   ///< After DATA: `data_encoder`, which adds the final dot.
    chunks, ///< By BDAT (RFC 3030), of lines: `data_encoder` without dots.
    binary_chunks ///< By BDAT, as it is (BINARYMIME).
  };

  /// Whose answer is due, as time limits go (RFC 5321, 4.5.3.2).
  enum class awaited {
    nothing,  ///< It is our turn, or the end.
    greeting, ///< 4.5.3.2.1.
    command,  ///< EHLO, STARTTLS, AUTH, MAIL, RCPT, RSET, QUIT.
    data,     ///< The 354.
    content,  ///< The answer to a chunk that is not the last.
    dot,      ///< The answer to the whole content.
  };

  explicit sender(settings s);
  ~sender();
  sender(sender&&) noexcept;
  sender& operator=(sender&&) noexcept;

  /// Takes octets as they came, in pieces of any size.
  void feed(std::string_view octets);
  [[nodiscard]] wish wanted() const noexcept;
  /// Commands not sent yet, in order; empty if there are none.
  [[nodiscard]] std::string take_output();

  /// Opens a transaction. It may be `finished` at once, nothing sent.
  void begin(envelope x);
  /// How `send_content` is meant.
  [[nodiscard]] framing content_way() const noexcept;
  /// With dots: the final one was handed to the connection. Call it before the
  /// answer to the dot can be fed.
  void content_sent();
  /// With chunks: puts the command for the next chunk into the output, and so
  /// many octets of content go right behind it. Only the last one may be empty.
  void begin_chunk(std::uint64_t octets, bool last);
  /// After `finished`: forgets the outcome. `ready` or `hang_up` comes next,
  /// after a RSET and its reply if the transaction ended midway.
  void proceed();
  /// The handshake is done; with `already_secure` call it before the greeting.
  /// @param verified  The server's certificate is valid and says the name of
  ///                  the host that was meant: only then a message that
  ///                  requires TLS is sent (RFC 8689, 4.2.1).
  void tls_started(bool verified = false);
  /// Ends the dialogue with 454 4.7.5. With `opportunistic` the owner dials
  /// again in clear; see design.
  void tls_failed(const std::string& reason);
  /// The connection broke, or took too long: open recipients get this reply
  /// and the dialogue is over, by way of `finished` if there were any.
  /// @param all_left  Everything given to the connection has left us: what was
  ///                  sent whole and not answered is in doubt.
  void lost(const reply& reason, bool all_left = true);
  /// Says QUIT; `hang_up` comes after the server's answer to it.
  void quit();

  [[nodiscard]] const result& outcome() const noexcept;
  /// What ended the dialogue: the server's refusal of the greeting or EHLO,
  /// its 421, a reply that is no SMTP (451 4.5.0), a lack of TLS (454 4.7.4), a
  /// login that failed (454 4.7.0).
  /// Code 0 when we quit.
  [[nodiscard]] const reply& why() const noexcept;
  [[nodiscard]] bool secure() const noexcept;
  /// What the server offers; nothing before it was asked.
  [[nodiscard]] const capabilities& server() const noexcept;
  [[nodiscard]] awaited awaits() const noexcept;
  /// Grows with every reply that is due or has come whole, and not with what
  /// drips in between: time limits count from its last change. Never 0.
  [[nodiscard]] std::uint64_t steps() const noexcept;

private:
  struct state;
  std::unique_ptr<state> state_;
};

} // namespace stagepost::smtp
