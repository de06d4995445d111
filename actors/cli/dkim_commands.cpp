#include "actors/cli/dkim_commands.hpp"

#include "actors/cli/new_key_file.hpp"
#include "actors/dkim_keys.hpp"
#include "config/configuration.hpp"
#include "config/host_name.hpp"
#include "mail/dkim/record.hpp"
#include "mail/idna.hpp"

#include <boost/json.hpp>

#include <ctime>
#include <filesystem>
#include <iostream>
#include <sysexits.h>
#include <variant>
#include <vector>

namespace stagepost::cli {

namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

using problems = std::vector<config::problem>;

int fail(int status, const std::string& why) {
  std::cerr << "stagepost: " << why << '\n';
  return status;
}

/// A letter for the type and the day: another one at each rotation.
std::string fresh_selector(dkim::algorithm how) {
  const auto now = std::time(nullptr);
  std::tm day{};
  gmtime_r(&now, &day);
  char text[16];
  const auto size = std::strftime(text, sizeof text, "%Y%m%d", &day);
  return (how == dkim::algorithm::rsa ? "r" : "e") + std::string(text, size);
}

/// Where the record goes: a key for all below a domain signs as the domain.
std::string signing_domain(const std::string& domain) {
  return domain.starts_with("*.") ? domain.substr(2) : domain;
}

/// The daemon's user, who is to read the key; "" = whoever we are.
std::string user_of(const std::string& config) {
  const auto read = config::read_file(config, config::process_environment());
  if (const auto* x = std::get_if<config::configuration>(&read))
    return x->node.user;
  std::cerr << "stagepost: " << config
            << " can't be used (see `stagepost check " << config
            << "`), so the key's owner is left as it is\n";
  return {};
}

json::object about(const std::string& domain, const std::string& selector,
                   const std::string& file, const dkim::signing_key& key) {
  return {{"domain", domain},
          {"selector", selector},
          {"key", file},
          {"algorithm", dkim::name_of(key.algorithm())},
          {"bits", key.bits()},
          {"name", dkim::record_name(selector, signing_domain(domain))},
          {"record", dkim::record_text(key)}};
}

std::string zone_line_of(const std::string& domain, const std::string& selector,
                         const dkim::signing_key& key) {
  return dkim::zone_line(dkim::record_name(selector, signing_domain(domain)),
                         dkim::record_text(key));
}

/// The path as the configuration may hold it: short, if the key lies below it.
std::string as_named_in(const std::string& config, const fs::path& file) {
  const auto from = fs::absolute(config).lexically_normal().parent_path();
  const auto to = fs::absolute(file).lexically_normal();
  const auto path = to.lexically_relative(from);
  return path.empty() || *path.begin() == ".." ? to.string() : path.string();
}

void print(const dkim_creation& x, const fs::path& file,
           const dkim::signing_key& key) {
  if (x.json) {
    std::cout << json::serialize(about(x.domain, x.selector, file, key))
              << '\n';
    return;
  }
  const bool star = x.domain.starts_with("*.");
  std::cout << "# The key is in " << file.string()
            << ". Publish this record first:\n\n"
            << zone_line_of(x.domain, x.selector, key)
            << "\n# Then, in the configuration, and SIGHUP:\n\ndkim:\n"
               "  domains:\n    "
            << (star ? '"' + x.domain + '"' : x.domain)
            << ":\n      - {selector: " << x.selector << ", key: \""
            << as_named_in(x.config, file) << "\"}\n";
}

} // namespace

int dkim_create(const dkim_creation& given) {
  auto x = given;
  const auto ascii = to_ascii_domain(x.domain);
  if (!ascii || !config::is_domain(signing_domain(*ascii)))
    return fail(EX_USAGE, '`' + x.domain + "` is no domain, nor `*.` and one");
  x.domain = *ascii;
  const auto how
    = x.type == "rsa" ? dkim::algorithm::rsa : dkim::algorithm::ed25519;
  if (x.selector.empty())
    x.selector = fresh_selector(how);
  x.selector = config::lower(x.selector);
  if (!config::is_domain(x.selector + "._domainkey"))
    return fail(EX_USAGE, '`' + x.selector + "` is no selector");
  const fs::path folder = x.directory.empty()
                            ? fs::path(x.config).parent_path() / "dkim"
                            : fs::path(x.directory);
  const auto file
    = folder / (signing_domain(x.domain) + '.' + x.selector + ".pem");
  const auto key = dkim::signing_key::generate(how, x.bits);
  if (const auto why
      = write_new_key(file.string(), key.to_pem(), user_of(x.config));
      !why.empty())
    return fail(EX_CANTCREAT, why);
  print(x, file, key);
  return EX_OK;
}

int dkim_show(const std::string& config, bool json) {
  const auto read = config::read_file(config, config::process_environment());
  if (const auto* found = std::get_if<problems>(&read)) {
    for (const auto& x : *found)
      std::cerr << to_string(x) << '\n';
    return EX_CONFIG;
  }
  json::array all;
  int status = EX_OK;
  const auto& domains = std::get<config::configuration>(read).dkim.domains;
  for (const auto& [domain, keys] : domains) {
    for (const auto& x : keys) {
      const auto got = load_dkim_key(x.key);
      if (const auto* why = std::get_if<std::string>(&got)) {
        status = fail(EX_CONFIG, *why);
        continue;
      }
      const auto& key = std::get<dkim_key_file>(got).key;
      if (json)
        all.push_back(about(domain, x.selector, x.key, key));
      else
        std::cout << zone_line_of(domain, x.selector, key);
    }
  }
  if (json)
    std::cout << json::serialize(all) << '\n';
  return status;
}

} // namespace stagepost::cli
