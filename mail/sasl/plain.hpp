#pragma once

#include "mail/sasl/conversation.hpp"

namespace stagepost::sasl {

/// PLAIN (RFC 4616): one message, `[authzid] NUL authcid NUL passwd`.
class plain_conversation final : public conversation {
public:
  using conversation::take;
  state take(std::string_view message) override;
};

} // namespace stagepost::sasl
