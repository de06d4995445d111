#pragma once

#include "mail/sasl/conversation.hpp"

namespace stagepost::sasl {

/// LOGIN: the user name, then the password. No RFC has it; the prompts are
/// those of most servers, since some clients look at them. The name may come
/// along with AUTH.
class login_conversation final : public conversation {
public:
  using conversation::take;
  [[nodiscard]] std::string_view prompt() const noexcept override {
    return "Username:";
  }
  state take(std::string_view message) override;
};

} // namespace stagepost::sasl
