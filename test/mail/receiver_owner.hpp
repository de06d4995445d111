#pragma once

#include "mail/smtp/receiver.hpp"

#include <string>
#include <string_view>
#include <vector>

/// Owns a receiver as a session does, and answers its wishes at once.
///
/// By the local part of an address: unknown@ has no mailbox (550), later@ is to
/// wait (451), busy@ ends the dialogue (421), full@ is refused when the content
/// was stored (452, for LMTP); all else is fine. Who logs in is `alice` with
/// `secret`, or `user` with `pencil` by SCRAM; `down` hears 454.
class receiver_owner {
public:
  using receiver = stagepost::smtp::receiver;
  using settings = stagepost::smtp::receiver_settings;
  using wish = receiver::wish;

  /// The server's part of the nonce, and the channel bindings inside TLS.
  static constexpr std::string_view nonce = "c2VydmVyIG5vbmNlIDE4IG8u";
  static constexpr std::string_view exporter
    = "32 octets of the tls exporter...";

  struct message {
    std::string sender;
    std::vector<std::string> recipients;
    std::string content;
    bool operator==(const message&) const = default;
  };

  explicit receiver_owner(const settings& x = {});

  /// Feeds it and answers until the octets are gone.
  void feed(std::string_view octets);

  /// All replies so far.
  const std::string& said() {
    return replies_ += machine.take_replies();
  }

  [[nodiscard]] bool hung_up() const {
    return machine.wanted() == wish::hang_up;
  }

  receiver machine;
  std::vector<message> stored;
  std::vector<stagepost::smtp::transaction> envelopes; ///< Of what is stored.
  std::string client; ///< The address that XCLIENT gave.
  bool refuse_content = false;
  bool refuse_login = false; ///< Before it begins: 454.
  std::string trace;

private:
  void answer();
  void begin_content();
  void store();
  void judge();

  std::string replies_;
  std::string content_;
  bool lmtp_;
};
