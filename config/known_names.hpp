#pragma once

#include "config/configuration.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stagepost::config {

// What one section may name of another, for the CHECKERS.

/// "there is no outlet `relai`; did you mean `relay`?"
std::string no_such(std::string_view what, std::string_view name,
                    const std::vector<std::string_view>& names);

/// The users of the file; nothing where a source knows others.
std::optional<std::vector<std::string_view>>
users_of(const configuration& config);

/// The listeners that take mail.
std::vector<std::string_view> mail_listeners_of(const configuration& config);

} // namespace stagepost::config
