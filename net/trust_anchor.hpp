#pragma once

#include <string>

namespace stagepost::net {

/// What is wrong with a file of keys that DNSSEC is to begin with; "" if it can
/// be used. Asks nobody.
[[nodiscard]] std::string fault_of_trust_anchor(const std::string& file);

} // namespace stagepost::net
