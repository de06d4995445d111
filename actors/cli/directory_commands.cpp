#include "actors/cli/directory_commands.hpp"

#include "actors/cli/new_password.hpp"

#include <cstdio>
#include <iostream>
#include <sysexits.h>

namespace stagepost::cli {

namespace {

namespace json = boost::json;

const char* state_of(const json::object& x) {
  if (!x.at("enabled").as_bool())
    return "disabled";
  const auto* domain = x.if_contains("domain_enabled");
  return domain != nullptr && !domain->as_bool() ? "domain disabled"
                                                 : "enabled";
}

std::string past(const std::string& verb) {
  if (verb == "password")
    return "has a new password";
  return verb + (verb.ends_with('e') ? "d" : "ed");
}

int change(const client_options& to, const std::string& what,
           const std::string& verb, const std::string& subject,
           const json::object& body) {
  int status = EX_OK;
  const auto answer = ask(to, post('/' + what + '/' + verb, body), status);
  if (!answer)
    return status;
  std::cout << subject << ' ' << past(verb) << '\n';
  if (const auto* note = answer->as_object().if_contains("note"))
    std::cout << printable(*note) << '\n';
  return status;
}

} // namespace

int domain_list(const client_options& to) {
  int out = EX_OK;
  const auto answer = ask(to, get("/domains"), out);
  if (!answer)
    return out;
  std::printf("%-40s %-9s %10s  %s\n", "DOMAIN", "STATE", "MAILBOXES",
              "CREATED");
  for (const auto& y : answer->at("domains").as_array()) {
    const auto& x = y.as_object();
    std::printf("%-40s %-9s %10s  %s\n", printable(x.at("name")).c_str(),
                state_of(x), printable(x.at("mailboxes")).c_str(),
                printable(x.at("created")).c_str());
  }
  return out;
}

int domain_change(const client_options& to, const std::string& verb,
                  const std::string& name) {
  return change(to, "domains", verb, name, {{"name", name}});
}

int mailbox_list(const client_options& to, const mailbox_options& which) {
  int out = EX_OK;
  const auto answer
    = ask(to, get("/mailboxes?domain=" + encode(which.domain)), out);
  if (!answer)
    return out;
  std::printf("%-40s %-15s %-24s  %s\n", "ADDRESS", "STATE", "CREATED", "NAME");
  for (const auto& y : answer->at("mailboxes").as_array()) {
    const auto& x = y.as_object();
    std::printf("%-40s %-15s %-24s  %s\n", printable(x.at("address")).c_str(),
                state_of(x), printable(x.at("created")).c_str(),
                printable(x.at("name")).c_str());
  }
  return out;
}

int mailbox_change(const client_options& to, const std::string& verb,
                   const mailbox_options& which) {
  json::object body{{"address", which.address}};
  if (verb == "add")
    body["name"] = which.name;
  if (verb == "add" || verb == "password") {
    const auto made = take_new_password(which.from_stdin);
    if (const auto* why = std::get_if<std::string>(&made)) {
      std::cerr << "stagepost: " << *why << '\n';
      return EX_USAGE;
    }
    body["password"] = std::get<new_password>(made).hash;
    body["scram"] = std::get<new_password>(made).scram;
  }
  return change(to, "mailboxes", verb, which.address, body);
}

} // namespace stagepost::cli
