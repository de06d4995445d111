#pragma once

#include "actors/cli/client.hpp"
#include "actors/http/explanation.hpp"

#include <string>

namespace stagepost::cli {

/// Prints what would become of a message, and why. If no daemon answers, by the
/// configuration alone.
/// @param config_file  For that; "" if there is none.
int explain(const client_options& to, explained_mail what,
            const std::string& config_file);

/// Prints what has become of a message, step by step.
int explain_story(const client_options& to, const std::string& id);

} // namespace stagepost::cli
