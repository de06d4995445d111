#include "actors/cli/commands.hpp"

#include "actors/http/control.hpp"
#include "config/configuration.hpp"

#include <cstdio>
#include <iostream>
#include <sysexits.h>

namespace stagepost::cli {

namespace json = boost::json;

int status(const client_options& to) {
  int out = EX_OK;
  const auto x = ask(to, get("/status/detail"), out);
  if (!x)
    return out;
  for (const auto& [key, value] : x->as_object()) {
    if (!value.is_array()) {
      std::cout << std::string_view{key} << ": " << printable(value) << '\n';
      continue;
    }
    std::cout << std::string_view{key} << ":\n";
    for (const auto& y : value.get_array())
      std::cout << "  " << printable(y) << '\n';
  }
  return x->at("status") == "ok" ? EX_OK : EXIT_FAILURE;
}

int actors(const client_options& to) {
  int out = EX_OK;
  const auto x = ask(to, get("/actors"), out);
  if (!x)
    return out;
  std::printf("%-44s %-10s %8s %10s %8s %10s  %s\n", "PATH", "STATE",
              "RESTARTS", "HANDLED", "WAITING", "CPU MS", "LAST ERROR");
  for (const auto& y : x->as_array()) {
    const auto& a = y.as_object();
    std::printf(
      "%-44s %-10s %8s %10s %8s %10.1f  %s\n", printable(a.at("path")).c_str(),
      printable(a.at("state")).c_str(), printable(a.at("restarts")).c_str(),
      printable(a.at("handled")).c_str(), printable(a.at("waiting")).c_str(),
      a.at("cpu_ms").to_number<double>(),
      a.at("last_error").is_null() ? ""
                                   : printable(a.at("last_error")).c_str());
  }
  return out;
}

int restart_actor(const client_options& to, const std::string& path) {
  int out = EX_OK;
  const json::object body{{"path", path}};
  if (ask(to, post("/actors/restart", body), out))
    std::cout << "asked " << path << " to end; it is started again\n";
  return out;
}

std::string socket_of(const std::string& config_file) {
  const auto read
    = config::read_file(config_file, config::process_environment());
  if (const auto* x = std::get_if<config::configuration>(&read))
    return control_socket(x->node);
  return {};
}

} // namespace stagepost::cli
