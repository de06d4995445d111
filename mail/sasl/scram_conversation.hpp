#pragma once

#include "mail/sasl/conversation.hpp"
#include "mail/sasl/exchange.hpp"
#include "mail/sasl/scram_message.hpp"

namespace stagepost::sasl {

/// SCRAM-SHA-256 and -PLUS (RFC 5802, 7677). Of the channel bindings,
/// tls-exporter and tls-server-end-point are known; tls-unique is not, for it
/// binds nothing without the extended master secret and TLS 1.3 has none.
///
/// RFC 5802 would tell the client what was wrong (`server-error-value`); here
/// the protocol's own reply does, which is the same for all reasons.
class scram_conversation final : public conversation {
public:
  scram_conversation(bool plus, circumstances where);

  state take(std::string_view message) override;
  state take(const scram_verifier& x) override;

private:
  enum class message_due : std::uint8_t { first, final, none };

  state take_first(std::string_view message);
  state take_final(std::string_view message);
  [[nodiscard]] bool may_bind(const scram_client_first& x);

  bool plus_;
  circumstances where_;
  message_due due_ = message_due::first;
  std::string bound_;  ///< What the client has to send as its binding.
  std::string nonce_;  ///< Both parts.
  std::string so_far_; ///< AuthMessage, up to the client's final message.
  secret stored_key_;
  secret server_key_;
};

} // namespace stagepost::sasl
