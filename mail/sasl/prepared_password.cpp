#include "mail/sasl/prepared_password.hpp"

#include "mail/sasl/password.hpp"
#include "mail/sasl/saslprep.hpp"

#include <utility>

namespace stagepost::sasl {

result<secret> prepare_password(std::string_view password) {
  if (password.size() > max_password)
    return format_errc::too_long;
  auto text = saslprep(password);
  if (!text)
    return text.error();
  return secret{std::move(*text)};
}

} // namespace stagepost::sasl
