#include "actors/smtp/service.hpp"

#include <algorithm>
#include <utility>

namespace stagepost {

namespace {

sasl::mechanism mechanism_of(config::sasl_mechanism x) {
  switch (x) {
    case config::sasl_mechanism::plain:
      return sasl::mechanism::plain;
    case config::sasl_mechanism::login:
      return sasl::mechanism::login;
    case config::sasl_mechanism::scram_sha_256:
      return sasl::mechanism::scram_sha_256;
    case config::sasl_mechanism::scram_sha_256_plus:
      break;
  }
  return sasl::mechanism::scram_sha_256_plus;
}

/// SCRAM needs what only some sources have.
bool has_verifiers(const std::vector<config::auth_source>& sources) {
  using kind = config::auth_source::kind;
  return std::any_of(sources.begin(), sources.end(), [](const auto& source) {
    return source.type == kind::directory
           || std::any_of(
             source.users.begin(), source.users.end(),
             [](const auto& x) { return !x.second.scram.empty(); });
  });
}

std::vector<sasl::mechanism>
mechanisms_of(const config::listener& x,
              const std::vector<config::auth_source>& sources) {
  std::vector<sasl::mechanism> out;
  if (x.auth == config::listener_auth::none)
    return out;
  const bool verifiers = has_verifiers(sources);
  for (const auto y : x.mechanisms) {
    const auto how = mechanism_of(y);
    if (verifiers || how == sasl::mechanism::plain
        || how == sasl::mechanism::login)
      out.push_back(how);
  }
  return out;
}

struct keyword {
  std::string_view name;
  bool smtp::extensions::*offered;
};

constexpr keyword keywords[] = {
  {"PIPELINING", &smtp::extensions::pipelining},
  {"SIZE", &smtp::extensions::size},
  {"8BITMIME", &smtp::extensions::eight_bit_mime},
  {"SMTPUTF8", &smtp::extensions::smtputf8},
  {"CHUNKING", &smtp::extensions::chunking},
  {"BINARYMIME", &smtp::extensions::binary_mime},
  {"DSN", &smtp::extensions::dsn},
  {"ENHANCEDSTATUSCODES", &smtp::extensions::enhanced_status_codes},
  {"STARTTLS", &smtp::extensions::starttls},
  {"REQUIRETLS", &smtp::extensions::require_tls},
  {"LIMITS", &smtp::extensions::limits},
  {"AUTH", &smtp::extensions::auth},
  {"XCLIENT", &smtp::extensions::xclient},
  {"XEGRESS", &smtp::extensions::xegress},
};

smtp::extensions offers_of(const config::listener& x) {
  smtp::extensions out;
  out.pipelining = x.pipelining;
  out.starttls = x.tls == config::listener_tls::starttls;
  for (const auto& name : x.discard_ehlo_keywords)
    for (const auto& y : keywords)
      if (y.name == name)
        out.*y.offered = false;
  return out;
}

smtp::receiver_settings settings_of(const config::configuration& all,
                                    const config::listener& x) {
  smtp::receiver_settings out;
  const auto& limits = x.limits;
  out.hostname = all.node.hostname;
  out.lmtp = x.protocol == config::listener_protocol::lmtp;
  out.banner = out.lmtp && x.banner == config::listener{}.banner
                 ? "LMTP Stagepost"
                 : x.banner;
  out.message_size = limits.message_size;
  out.recipients = limits.recipients;
  out.unknown_commands = limits.unknown_commands;
  out.messages = limits.messages_per_connection;
  out.recipients_in_all = limits.recipients_per_connection;
  out.auth_failures = limits.auth_failures;
  out.offers = offers_of(x);
  out.mechanisms = mechanisms_of(x, all.auth);
  out.auth_without_tls = x.auth_without_tls;
  out.auth_required = x.auth == config::listener_auth::required;
  out.tls_required = x.require_tls;
  out.expn = x.expn;
  const auto& [listeners, users] = all.egress.choosers;
  out.egress_for_all
    = std::find(listeners.begin(), listeners.end(), x.name) != listeners.end();
  out.egress_users = users;
  if (x.normalize_bare_newline)
    out.bare_newline = smtp::receiver_settings::newline_rule::normalize;
  out.header_size = limits.header_size;
  out.header_fields = limits.header_fields;
  out.received_fields = limits.received_fields;
  out.text_line = limits.text_line;
  return out;
}

} // namespace

std::shared_ptr<const smtp_service> make_service(node& here, rules_ptr by,
                                                 const std::string& name,
                                                 std::string path) {
  const auto& all = by->configuration;
  const auto& x
    = *std::find_if(all.listeners.begin(), all.listeners.end(), [&](auto& y) {
        return y.name == name; // a listener that runs is never left out
      });
  auto dialogue
    = std::make_shared<const smtp::receiver_settings>(settings_of(all, x));
  return std::make_shared<smtp_service>(smtp_service{
    &here, std::move(by), &x, std::move(dialogue), std::move(path)});
}

} // namespace stagepost
