#include "actors/cli/commands.hpp"
#include "config/configuration.hpp"
#include "net/tls_context.hpp"

#include <iostream>
#include <sysexits.h>
#include <utility>
#include <variant>

namespace stagepost::cli {

namespace {

using problems = std::vector<config::problem>;

/// Certificates, keys and authorities as the daemon would load them: that they
/// are there, the configuration's reader has seen.
problems load_certificates(const config::tls_section& all) {
  problems out;
  for (const auto& x : all.certificates) {
    auto one = all;
    one.certificates = {x};
    const auto made = net::tls_context::server(one);
    if (const auto* why = std::get_if<std::string>(&made))
      out.push_back({x.file, x.line, x.column, *why});
  }
  if (!out.empty() || all.certificates.empty() || all.client_authority.empty())
    return out;
  const auto& first = all.certificates.front();
  const auto made
    = net::tls_context::server(all, config::client_certificates::request);
  if (const auto* why = std::get_if<std::string>(&made))
    out.push_back({first.file, first.line, first.column, *why});
  return out;
}

problems find_problems(const std::string& file) {
  auto read = config::read_file(file, config::process_environment());
  if (auto* found = std::get_if<problems>(&read))
    return std::move(*found);
  return load_certificates(std::get<config::configuration>(read).tls);
}

} // namespace

int check(const std::string& file) {
  const auto found = find_problems(file);
  if (found.empty()) {
    std::cout << file << ": ok\n";
    return EX_OK;
  }
  for (const auto& x : found)
    std::cerr << to_string(x) << '\n';
  std::cerr << found.size()
            << (found.size() == 1 ? " problem\n" : " problems\n");
  return EX_CONFIG;
}

} // namespace stagepost::cli
