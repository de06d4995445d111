#pragma once

#include "mail/dkim/key.hpp"

#include <string>
#include <string_view>

namespace stagepost::dkim {

/// Where a key is looked for (RFC 6376, 3.6.2.1): "s1._domainkey.example.com".
[[nodiscard]] std::string record_name(std::string_view selector,
                                      std::string_view domain);

/// What stands there: "v=DKIM1; k=rsa; p=…" (RFC 6376, 3.6.1; RFC 8463, 4).
[[nodiscard]] std::string record_text(const signing_key& key);

/// Both as a line of a zone file: TXT with strings of up to 255 octets (RFC
/// 1035, 3.3), each on a line of its own where there are several.
[[nodiscard]] std::string zone_line(std::string_view name,
                                    std::string_view text);

} // namespace stagepost::dkim
