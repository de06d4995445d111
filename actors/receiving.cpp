#include "actors/receiving.hpp"

#include "config/host_name.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <unistd.h>

namespace stagepost {

namespace {

namespace fs = std::filesystem;

bool can_be_run(const std::string& path) {
  return access(path.c_str(), X_OK) == 0 && fs::is_regular_file(path);
}

/// Whether PATH leads to a program of this name.
bool is_in_path(const std::string& name) {
  const char* path = std::getenv("PATH");
  std::string rest = path == nullptr ? "" : path;
  while (!rest.empty()) {
    const auto end = std::min(rest.find(':'), rest.size());
    if (end != 0 && can_be_run(rest.substr(0, end) + '/' + name))
      return true;
    rest.erase(0, end + 1);
  }
  return false;
}

/// Why a program can't be run; "" if it can. One without a slash is looked for
/// in PATH.
std::string trouble_with(const std::string& option, const std::string& path) {
  const bool named = path.find('/') == std::string::npos;
  if (named ? is_in_path(path) : can_be_run(path))
    return {};
  return option + ": " + path + " is no program that can be run"
         + (named ? ": it is not in PATH" : "");
}

std::string trouble_with(const receive_options& x) {
  if (!x.hostname.empty() && !config::is_ehlo_name(x.hostname))
    return "--hostname: " + x.hostname + " is no host name";
  if (x.key.empty() != x.certificate.empty())
    return "--ssl-key and --ssl-cert want each other";
  if (auto why = trouble_with("--process", x.process); !why.empty())
    return why;
  return x.auth.empty() ? "" : trouble_with("--auth", x.auth);
}

/// So that it means the same wherever the daemon is.
std::string absolute(const std::string& path) {
  return path.find('/') == std::string::npos ? path
                                             : fs::absolute(path).string();
}

config::listener listener_of(const receive_options& x) {
  config::listener out;
  out.name = "smtp";
  out.address = {"0.0.0.0", x.port};
  if (!x.key.empty())
    out.tls = config::listener_tls::starttls;
  if (!x.auth.empty())
    out.auth = config::listener_auth::required;
  out.auth_without_tls = x.key.empty();
  return out;
}

} // namespace

std::variant<config::configuration, std::string>
receiving(const receive_options& x) {
  if (auto why = trouble_with(x); !why.empty())
    return why;
  config::configuration out;
  out.node.name = config::machine_name();
  out.node.hostname
    = x.hostname.empty() ? out.node.name : config::lower(x.hostname);
  out.node.data_dir = fs::temp_directory_path().string();
  out.node.roles = {config::role::smtp, config::role::http};
  out.storage.shards.clear();
  out.egress.default_hostname = out.node.hostname;
  if (!x.key.empty())
    out.tls.certificates.push_back({x.certificate, x.key});
  out.listeners.push_back(listener_of(x));
  if (x.status != 0) {
    config::listener status;
    status.name = "status";
    status.protocol = config::listener_protocol::http;
    status.address = {"127.0.0.1", x.status};
    out.listeners.push_back(std::move(status));
  }
  if (!x.auth.empty()) {
    config::auth_source source;
    source.type = config::auth_source::kind::command;
    source.run = {absolute(x.auth)};
    out.auth.push_back(std::move(source));
  }
  config::outlet outlet;
  outlet.name = "process";
  outlet.type = config::outlet_type::command;
  outlet.command.run = {absolute(x.process)};
  out.outlets.push_back(std::move(outlet));
  config::route route;
  route.to = "process";
  out.routes.push_back(std::move(route));
  return out;
}

} // namespace stagepost
