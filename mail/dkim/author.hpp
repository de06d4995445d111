#pragma once

#include <string>
#include <string_view>

namespace stagepost::dkim {

/// The domain of the first address in a From field (RFC 5322, 3.6.2), as the
/// DNS has it: lower case, names of other scripts as A-labels. Display names,
/// quoted strings, comments, groups and routes are passed over.
/// @param value  What follows the colon.
/// @returns "" if there is no address, or none in a domain with a name.
[[nodiscard]] std::string author_domain(std::string_view value);

} // namespace stagepost::dkim
