#pragma once

#include "mail/smtp/outgoing_transaction.hpp"
#include "mail/smtp/relay_login.hpp"
#include "mail/smtp/reply_parser.hpp"
#include "mail/smtp/sender.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace stagepost::smtp {

/// Where the dialogue of a `sender` stands.
enum class sender_phase {
  greeting,
  ehlo,
  helo,
  starttls,
  handshake,
  login,
  ready,
  transaction,
  finished, // its outcome has not been read yet
  reset,
  quitting,
  over,
};

/// The machine behind a `sender`: what each reply means where it comes.
struct sender::state {
  explicit state(settings s)
    : hostname(std::move(s.hostname)), tls(s.tls), secure(s.already_secure),
      who(std::move(s.login)) {
  }

  std::string hostname;
  tls_policy tls;
  bool secure;
  bool verified = false;
  sender_phase now = sender_phase::greeting;
  capabilities server;
  reply_parser parser;
  std::string output;
  reply why;
  std::optional<credentials> who;
  std::optional<relay_login> login;
  outgoing_transaction work;
  std::uint64_t steps = 1;

  void feed(std::string_view octets);
  void on_reply(const reply& x);
  void on_greeting(const reply& x);
  void on_hello(const reply& x);
  void on_starttls(const reply& x);
  void introduced();
  void on_login(const reply& x);
  void logged_in();
  void begin(envelope x);
  void on_transaction(const reply& x);
  void on_reset(const reply& x);
  void proceed();
  void ask(sender_phase next, std::string_view command);
  void end(const reply& reason, bool in_doubt = true);
};

} // namespace stagepost::smtp
