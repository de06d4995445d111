#include "actors/cli/target.hpp"

#include "actors/cli/commands.hpp"

#include <cstdlib>
#include <utility>

namespace stagepost::cli {

void target::add_to(CLI::App& command) {
  // Not by CLI11's envname: it would set what another command shares.
  command.add_option("--config", config,
                     "The daemon's configuration file (env: "
                     "STAGEPOST_CONFIG; default: "
                       + std::string{default_config} + ")");
  command.add_option("--socket", socket,
                     "The daemon's control socket, instead of --config");
  command.add_flag("--json", json, "Print the daemon's answer as JSON");
}

std::string target::file() const {
  const char* set = std::getenv("STAGEPOST_CONFIG"); // NOLINT: one thread
  return !config.empty()  ? config
         : set != nullptr ? std::string{set}
                          : std::string{default_config};
}

client_options target::options() const {
  auto path = socket.empty() ? socket_of(file()) : socket;
  if (path.empty())
    throw CLI::ValidationError(
      "--config", file() + " can't be read; see `stagepost check " + file()
                    + "`, or name the daemon by --socket");
  return {std::move(path), json};
}

} // namespace stagepost::cli
