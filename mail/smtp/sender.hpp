#pragma once

#include "mail/smtp/reply.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace stagepost::smtp {

/// The client side of one SMTP dialogue (RFC 5321) with the socket and the
/// clock taken out: many transactions over one connection, pipelined where the
/// server allows (RFC 2920), STARTTLS first where it is wanted (RFC 3207).
class sender {
public:
  enum class tls_policy { none, opportunistic, required };

  struct settings {
    std::string hostname; ///< Our EHLO argument.
    tls_policy tls = tls_policy::opportunistic;
    bool already_secure = false; ///< The connection began with TLS.
  };

  struct envelope {
    std::string sender; ///< Without <>; empty for a report.
    std::vector<std::string> recipients;
    std::uint64_t size = 0; ///< Octets of the content, for SIZE=.
    bool eight_bit = false; ///< The content holds octets over 127.
  };

  enum class wish {
    none,         ///< Send the output, then give input.
    start_tls,    ///< Send the output, shake hands: `tls_started/_failed()`.
    ready,        ///< No transaction is open: `begin()` one, or `quit()`.
    send_content, ///< Send the output, then the encoded content and the dot:
                  ///< `content_sent()`.
    finished,     ///< The transaction is over: read `outcome()`, `proceed()`.
    hang_up,      ///< Close. `why()` says what ended it. Final.
  };

  /// How the last transaction ended.
  struct result {
    /// One for each recipient of the envelope, in order: the reply that
    /// decided it, be it to MAIL, RCPT, DATA or the final dot.
    std::vector<reply> replies;
    bool usable = true; ///< The connection may carry another transaction.
  };

  explicit sender(settings s);
  ~sender();
  sender(sender&&) noexcept;
  sender& operator=(sender&&) noexcept;

  void feed(std::string_view octets);
  [[nodiscard]] wish wanted() const noexcept;
  [[nodiscard]] std::string take_output();

  void begin(envelope x);
  void content_sent();
  void proceed(); ///< After `finished`: `ready` or `hang_up` comes next.
  void tls_started();
  /// With `opportunistic` the owner dials again in clear; see design.
  void tls_failed(const std::string& reason);
  void quit();

  [[nodiscard]] const result& outcome() const noexcept;
  /// What ended the dialogue: the server's refusal of the greeting or EHLO,
  /// its 421, a reply that is no SMTP. Code 0 when we quit.
  [[nodiscard]] const reply& why() const noexcept;
  [[nodiscard]] bool secure() const noexcept;

private:
  struct state;
  std::unique_ptr<state> state_;
};

} // namespace stagepost::smtp
