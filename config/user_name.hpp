#pragma once

#include <string_view>

namespace stagepost::config {

/// A login name: 1 to 255 octets of UTF-8 without spaces and control
/// characters. Names are compared octet by octet.
bool is_user_name(std::string_view text);

} // namespace stagepost::config
