#include "mail/sasl/login.hpp"

namespace stagepost::sasl {

state login_conversation::take(std::string_view message) {
  if (!user().empty())
    return read_password(message) ? state::check_password : state::malformed;
  if (!read_user(message))
    return state::malformed;
  challenge("Password:");
  return state::challenge;
}

} // namespace stagepost::sasl
