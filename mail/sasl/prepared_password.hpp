#pragma once

#include "mail/error.hpp"
#include "mail/sasl/secret.hpp"

namespace stagepost::sasl {

/// A password as it is hashed: after `saslprep`. Fails with `syntax` if it
/// can't be prepared, with `too_long` past `max_password`.
[[nodiscard]] result<secret> prepare_password(std::string_view password);

} // namespace stagepost::sasl
