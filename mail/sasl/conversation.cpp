#include "mail/sasl/conversation.hpp"

#include "mail/sasl/password.hpp"
#include "mail/sasl/saslprep.hpp"

namespace stagepost::sasl {

namespace {

constexpr std::size_t max_user = 255;

} // namespace

bool conversation::read_user(std::string_view octets) {
  if (octets.size() > max_user)
    return false;
  auto prepared = saslprep(octets);
  if (!prepared || prepared->size() > max_user)
    return false;
  user_ = std::move(*prepared);
  return true;
}

bool conversation::read_password(std::string_view octets) {
  // No NUL: a program that checks it would see the password end there.
  if (octets.empty() || octets.size() > max_password
      || octets.find('\0') != std::string_view::npos)
    return false;
  password_ = secret{octets};
  return true;
}

state conversation::acting_as(std::string_view authzid, state proceed) const {
  if (authzid.empty())
    return proceed;
  const auto prepared = saslprep(authzid);
  if (!prepared)
    return state::malformed;
  return *prepared == user_ ? proceed : state::failed;
}

} // namespace stagepost::sasl
