#include "mail/sasl/plain.hpp"

namespace stagepost::sasl {

state plain_conversation::take(std::string_view message) {
  const auto first = message.find('\0');
  if (first == std::string_view::npos)
    return state::malformed;
  const auto second = message.find('\0', first + 1);
  // A third NUL would lie in the password, which has none.
  if (second == std::string_view::npos
      || !read_user(message.substr(first + 1, second - first - 1))
      || !read_password(message.substr(second + 1)))
    return state::malformed;
  return acting_as(message.substr(0, first), state::check_password);
}

} // namespace stagepost::sasl
