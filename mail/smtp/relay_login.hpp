#pragma once

#include "mail/sasl/client.hpp"
#include "mail/smtp/capabilities.hpp"
#include "mail/smtp/reply.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stagepost::smtp {

/// Whom a server is to take us for.
struct credentials {
  std::string user;
  std::string password;
  std::string nonce; ///< See `sasl::client`; new for each connection.
  /// They may go without TLS: over the loopback, or because it was said so.
  bool in_clear = false;
};

/// The client's side of AUTH (RFC 4954): by SCRAM-SHA-256, PLAIN or LOGIN, in
/// this order, as far as the server offers them. A server that refuses one is
/// asked for the next, for it may know a user's password in one form only.
class relay_login {
public:
  enum class stage { under_way, done, failed };

  /// @param secure  Under TLS.
  relay_login(credentials x, const capabilities& server, bool secure);

  /// Appends the first command to `out`.
  void start(std::string& out);
  /// Takes the server's next reply, and appends what follows.
  void take(const reply& x, std::string& out);

  [[nodiscard]] stage now() const noexcept {
    return now_;
  }
  /// After `failed`: 454 4.7.0, with the server's words; never with ours.
  [[nodiscard]] const reply& why() const noexcept {
    return why_;
  }

private:
  void try_next(std::string& out);
  void respond(const reply& x, std::string& out);
  void refused(const reply& x, std::string& out);
  void say(std::string_view octets, std::string& out);
  void fail(const std::string& reason);
  [[nodiscard]] std::string words_of(const reply& x) const;

  credentials who_;
  std::vector<sasl::mechanism> left_; ///< To be tried, the last one first.
  sasl::mechanism how_ = sasl::mechanism::plain;
  std::optional<sasl::client> client_;
  std::optional<std::string> held_back_; ///< A first message too long for AUTH.
  std::vector<std::string> said_;        ///< Lines that must not come back.
  stage now_ = stage::under_way;
  bool broken_off_ = false;
  reply why_;
};

} // namespace stagepost::smtp
