#pragma once

#include "actors/receiving.hpp"

#include <CLI/CLI.hpp>

namespace stagepost::cli {

/// Adds `receive`. What is given lives as long as `app`.
void add_receive(CLI::App& app, receive_options& x, int& status);

} // namespace stagepost::cli
