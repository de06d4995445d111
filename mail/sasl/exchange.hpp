#pragma once

#include "mail/sasl/mechanism.hpp"
#include "mail/sasl/scram.hpp"
#include "mail/sasl/state.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace stagepost::sasl {

class conversation;

/// What a mechanism has to know of the connection. Only SCRAM does.
struct circumstances {
  /// The server's part of the nonce: 18 random octets or more, in base64, made
  /// anew for each exchange by the owner.
  std::string nonce;
  /// SCRAM-SHA-256-PLUS was in the list that the client chose from.
  bool plus_offered = false;
  /// The channel bindings, as octets; "" where there is none. The exporter
  /// (RFC 9266) only for TLS 1.3, or for 1.2 with the extended master secret.
  std::string tls_exporter;
  std::string tls_server_end_point; ///< RFC 5929, 4.
};

/// The server's side of one SASL exchange (RFC 4422), as SMTP and POP3 carry it
/// (RFC 4954, 5034): base64 lines in, base64 challenges out. It asks its owner
/// for what it can't know, by its state. To the outside every way of failing
/// is the same: nothing here tells whether a user exists.
///
/// Taken are lines up to 12,288 octets, user names up to 255 and passwords up
/// to 1,024. The client's authorization identity must be empty or the user:
/// nobody acts for another. Everything secret is wiped in the end.
class exchange {
public:
  using state = sasl::state;

  /// Without a nonce every SCRAM exchange fails.
  exchange(mechanism how, circumstances where);
  ~exchange();
  exchange(exchange&&) noexcept;
  exchange& operator=(exchange&&) noexcept;

  /// The first call: what came along with AUTH, not decoded; "=" stands for an
  /// empty response (RFC 4954, 4).
  state begin(std::optional<std::string_view> initial_response);
  /// In `challenge`: the client's next line, without its CRLF.
  state respond(std::string_view line);
  /// In `find_verifier`: that of `user()`. For a user who does not exist, or
  /// may not log in, give `unknown_user_verifier`.
  state verifier(const scram_verifier& x);

  // A call that the state does not ask for has no effect.

  [[nodiscard]] state now() const noexcept;
  [[nodiscard]] mechanism how() const noexcept {
    return how_;
  }

  /// In `challenge`: what to send, in base64; may be "".
  [[nodiscard]] const std::string& challenge() const noexcept;
  /// Who wants to log in, prepared by `saslprep`: UTF-8 without control
  /// characters. "" as long as the client has not said it. It is a claim,
  /// except in `proved`.
  [[nodiscard]] const std::string& user() const noexcept;
  /// In `check_password`: octets without NUL, as the client sent them.
  [[nodiscard]] const std::string& password() const noexcept;

private:
  state take(std::string_view base64);
  state enter(state next);

  mechanism how_;
  state now_ = state::challenge;
  std::string challenge_;
  std::unique_ptr<conversation> conversation_;
};

} // namespace stagepost::sasl
