#pragma once

#include "actors/cli/client.hpp"

#include <CLI/CLI.hpp>
#include <string>

namespace stagepost::cli {

inline constexpr auto default_config = "config/stagepost.yaml";

/// `--config` or `--socket`: which daemon a command is for.
struct target {
  std::string config; ///< "" = the environment's, else the default.
  std::string socket;
  bool json = false;

  void add_to(CLI::App& command);
  /// The configuration that is meant.
  [[nodiscard]] std::string file() const;
  /// Throws CLI::ValidationError if there is no telling where the socket is.
  [[nodiscard]] client_options options() const;
};

/// A command that does something to what its argument names.
struct verb {
  const char* name;
  const char* help;
};

} // namespace stagepost::cli
