#include "actors/cli/commands.hpp"
#include "actors/cli/dns_check.hpp"
#include "actors/dkim_keys.hpp"
#include "actors/program_users.hpp"
#include "config/configuration.hpp"
#include "net/tls_context.hpp"
#include "net/trust_anchor.hpp"

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

/// Whom the daemon is to believe, likewise: other servers' authorities, and the
/// keys of the DNS; and as whom it is to run programs.
problems load_others(const config::configuration& x, const std::string& file) {
  problems out;
  const auto add = [&](const std::string& key, const std::string& why,
                       const config::file_place& at) {
    out.push_back({at.file, at.line, at.column, key + ": " + why});
  };
  const config::file_place somewhere{file, 1, 1};
  const auto load = [&](const std::string& key, const std::string& authority,
                        const config::file_place& at) {
    const auto made = net::tls_context::client(authority);
    if (const auto* why = std::get_if<std::string>(&made))
      add(key, *why, at);
  };
  if (!x.delivery.ca_file.empty())
    load("delivery.ca_file", x.delivery.ca_file, somewhere);
  for (const auto& outlet : x.outlets) {
    const auto key = "outlets." + outlet.name;
    if (!outlet.http.authority.empty())
      load(key + ".authority", outlet.http.authority, outlet.http.authority_at);
    const auto& user = outlet.command.user;
    if (const auto why = user.empty() ? "" : program_users::fault_of(user);
        !why.empty())
      add(key + ".user", why, outlet.command.user_at);
  }
  if (!x.dns.trust_anchor.empty() && x.dns.trust_anchor != "none")
    if (const auto why = net::fault_of_trust_anchor(x.dns.trust_anchor);
        !why.empty())
      add("dns.trust_anchor", why, somewhere);
  return out;
}

/// The keys that sign mail, likewise; what there is to say of those that can be
/// used goes to `warnings`.
problems load_dkim_keys(const config::dkim_section& all, problems& warnings) {
  problems out;
  for (const auto& [domain, keys] : all.domains) {
    for (const auto& x : keys) {
      const auto got = load_dkim_key(x.key);
      if (const auto* why = std::get_if<std::string>(&got)) {
        out.push_back({x.file, x.line, x.column, *why});
        continue;
      }
      for (const auto& what : std::get<dkim_key_file>(got).warnings)
        warnings.push_back({x.file, x.line, x.column, "warning: " + what});
    }
  }
  return out;
}

problems
find_problems(const std::variant<config::configuration, problems>& read,
              const std::string& file, problems& warnings) {
  if (const auto* found = std::get_if<problems>(&read))
    return *found;
  const auto& config = std::get<config::configuration>(read);
  auto out = load_certificates(config.tls);
  for (auto& x : load_others(config, file))
    out.push_back(std::move(x));
  for (auto& x : load_dkim_keys(config.dkim, warnings))
    out.push_back(std::move(x));
  return out;
}

/// Says what the DNS has against it. That is no fault of the file.
int warn_of_names(const config::configuration& x) try {
  const auto found = check_names(x);
  for (const auto& line : found)
    std::cerr << "warning: " << line << '\n';
  if (found.empty())
    std::cout << "names and addresses of `egress`: ok\n";
  return EX_OK;
} catch (const std::exception& why) {
  std::cerr << "the DNS can't be asked: " << why.what() << '\n';
  return EX_TEMPFAIL;
}

} // namespace

int check(const std::string& file, bool dns) {
  const auto read = config::read_file(file, config::process_environment());
  problems warnings;
  const auto found = find_problems(read, file, warnings);
  for (const auto& x : warnings)
    std::cerr << to_string(x) << '\n';
  if (found.empty()) {
    std::cout << file << ": ok\n";
    return dns ? warn_of_names(std::get<config::configuration>(read)) : EX_OK;
  }
  for (const auto& x : found)
    std::cerr << to_string(x) << '\n';
  std::cerr << found.size()
            << (found.size() == 1 ? " problem\n" : " problems\n");
  return EX_CONFIG;
}

} // namespace stagepost::cli
