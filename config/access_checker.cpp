#include "config/access_checker.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace stagepost::config {

namespace {

/// The value of one of an item's keys, or the item where it has none.
place at(const yaml_value& item, std::string_view key) {
  const auto* entry = item.find(key);
  return entry == nullptr ? item.at : entry->value.at;
}

/// Whether a key says something else than `none`. A value that could not be
/// read does: what it is missing for must not be a second problem.
bool asks(const yaml_value& item, std::string_view key) {
  const auto* entry = item.find(key);
  return entry != nullptr && entry->value.text != "none";
}

/// SCRAM needs what its verifier is made of, not a yes or no.
bool serves_scram(const auth_source& x) {
  return x.type == auth_source::kind::directory
         || std::any_of(x.users.begin(), x.users.end(),
                        [](const auto& y) { return !y.second.scram.empty(); });
}

/// Mechanisms that nobody named are offered where they can be; one that is
/// named and can't be is a mistake.
void check_mechanisms(const configuration& config, const yaml_value& source,
                      report& r) {
  const auto* entry = source.find("mechanisms");
  if (entry == nullptr)
    return;
  const bool has_tls = asks(source, "tls");
  const bool has_scram
    = config.auth.empty()
      || std::any_of(config.auth.begin(), config.auth.end(), serves_scram);
  const auto check = [&](const yaml_value& word) {
    if (word.text == "SCRAM-SHA-256-PLUS" && !has_tls)
      r.complain(word.at, "`SCRAM-SHA-256-PLUS` is bound to the TLS "
                          "connection, and this listener has no `tls`");
    else if (word.text.starts_with("SCRAM-SHA-256") && !has_scram)
      r.complain(word.at, "no source of `auth` can serve "
                            + backquoted(word.text)
                            + ": add `{type: directory}`, or a `scram` "
                              "verifier to a user of `{type: users}`");
  };
  if (entry->value.is == yaml_value::kind::text)
    check(entry->value);
  for (const auto& word : entry->value.items)
    check(word);
}

void check_login(const listener& x, const configuration& config,
                 const yaml_value& source, report& r) {
  if (x.auth == listener_auth::none) {
    for (const auto& [key, is_set] :
         {std::pair{"require_sender_match", x.require_sender_match},
          std::pair{"expn", x.expn},
          std::pair{"auth_without_tls", x.auth_without_tls}})
      if (is_set && !asks(source, "auth"))
        r.complain(at(source, key),
                   backquoted(key)
                     + " is about who logged in, and nobody can here: it needs "
                       "`auth: optional` or `auth: required`");
    return;
  }
  if (config.auth.empty())
    r.complain(at(source, "auth"),
               "there is nothing to check a login with: add a section `auth`, "
               "such as `auth: [{type: directory}]`");
  if (!x.auth_without_tls && !asks(source, "tls"))
    r.complain(at(source, "auth"),
               "nobody could log in without TLS: add `tls: starttls` or `tls: "
               "implicit`, or `auth_without_tls: true` to take passwords in "
               "clear text");
  check_mechanisms(config, source, r);
}

void check_tls(const listener& x, const configuration& config,
               const yaml_value& source, report& r) {
  const bool has_tls = asks(source, "tls");
  if (x.require_tls && !has_tls)
    r.complain(at(source, "require"), "`require: [tls]` needs `tls: starttls` "
                                      "or `tls: implicit`");
  if (x.client_certificate == client_certificates::none)
    return;
  if (!has_tls)
    r.complain(at(source, "client_certificate"),
               "a client can show its certificate in TLS only: "
               "`client_certificate` needs `tls: starttls` or `tls: implicit`");
  if (config.tls.client_authority.empty())
    r.complain(at(source, "client_certificate"),
               "`client_certificate` needs `tls.client_authority`: whose "
               "certificates are good");
}

} // namespace

void check_access(const listener& x, const configuration& config,
                  const yaml_value& source, report& r) {
  if (x.protocol == listener_protocol::http)
    return;
  check_login(x, config, source, r);
  check_tls(x, config, source, r);
  if (x.protocol == listener_protocol::lmtp && x.address.port == 25)
    r.complain(at(source, "address"),
               "LMTP must not be spoken on port 25 (RFC 2033, 5)");
}

} // namespace stagepost::config
