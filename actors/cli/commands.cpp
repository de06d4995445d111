#include "actors/cli/commands.hpp"

#include "actors/http/control.hpp"
#include "config/configuration.hpp"
#include "mail/retry_schedule.hpp"

#include <cstdio>
#include <iostream>
#include <sysexits.h>

namespace stagepost::cli {

namespace {

namespace json = boost::json;

void print_message(const json::object& x) {
  std::cout << printable(x.at("id")) << "  " << printable(x.at("received"))
            << "  " << printable(x.at("octets")) << "  <"
            << printable(x.at("sender")) << ">\n";
  for (const auto& y : x.at("recipients").as_array()) {
    const auto& to = y.as_object();
    std::cout << "    " << printable(to.at("state")) << "  <"
              << printable(to.at("address")) << ">";
    if (to.at("attempts").to_number<int>() > 0)
      std::cout << "  attempts " << printable(to.at("attempts")) << ", next "
                << printable(to.at("next")) << "\n        "
                << printable(to.at("last_reply"));
    std::cout << '\n';
  }
}

std::string query_of(const queue_filter& which) {
  std::string out = "/queue?limit=100000";
  const auto add = [&out](const char* key, const std::string& value) {
    if (!value.empty())
      out += std::string{"&"} + key + '=' + encode(value);
  };
  add("domain", which.domain);
  add("sender", which.sender);
  add("state", which.state);
  if (!which.older.empty()) {
    const auto wait = retry_schedule::parse(which.older);
    if (!wait)
      throw std::invalid_argument("--older takes a time such as 90s, 30m, 2h");
    add("older", std::to_string(wait->after(1).count()));
  }
  return out;
}

/// The ids named, or those of the messages that the filter finds.
std::optional<std::vector<std::string>>
find(const client_options& to, const queue_filter& which, int& status) {
  if (!which.ids.empty())
    return which.ids;
  auto plain = to;
  plain.json = false;
  const auto found = ask(plain, get(query_of(which)), status);
  if (!found)
    return std::nullopt;
  std::vector<std::string> out;
  for (const auto& x : found->at("messages").as_array())
    out.emplace_back(x.at("id").as_string());
  return out;
}

int act(const client_options& to, const char* command,
        const queue_filter& which, bool none_is_all, const char* one_done,
        const char* done) {
  if (which.names_none() && !which.all) {
    std::cerr << "stagepost: name ids or a filter, or say --all\n";
    return EX_USAGE;
  }
  int status = EX_OK;
  json::array ids;
  if (!(which.names_none() && none_is_all)) {
    const auto found = find(to, which, status);
    if (!found)
      return status;
    if (found->empty()) {
      std::cout << "nothing to do\n";
      return EX_OK;
    }
    for (const auto& id : *found)
      ids.emplace_back(id);
  }
  const auto answer = ask(to,
                          post(std::string{"/queue/"} + command,
                               json::object{{"ids", std::move(ids)}}),
                          status);
  if (answer)
    std::cout << printable(answer->at("count")) << ' '
              << (answer->at("count") == 1 ? one_done : done) << '\n';
  return status;
}

} // namespace

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

int queue_list(const client_options& to, const queue_filter& which) {
  int out = EX_OK;
  const auto x = ask(to, get(query_of(which)), out);
  if (!x)
    return out;
  const auto& messages = x->at("messages").as_array();
  for (const auto& y : messages)
    print_message(y.as_object());
  const auto& totals = x->at("totals").as_object();
  std::cout << messages.size()
            << " shown; in the queue: " << printable(totals.at("messages"))
            << (totals.at("messages") == 1 ? " message" : " messages")
            << ", recipients " << printable(totals.at("queued")) << " queued, "
            << printable(totals.at("deferred")) << " deferred, "
            << printable(totals.at("held")) << " held\n";
  return out;
}

int queue_show(const client_options& to, const std::string& id) {
  int out = EX_OK;
  const auto x = ask(to, get("/queue/" + encode(id)), out);
  if (!x)
    return out;
  if (x->at("in_queue").as_bool())
    print_message(x->as_object());
  else
    std::cout << printable(x->at("id")) << "  is not in the queue any more\n";
  for (const auto& y : x->at("events").as_array())
    std::cout << "  " << printable(y.at("at")) << "  "
              << printable(y.at("event")) << "  <"
              << printable(y.at("recipient")) << ">  "
              << printable(y.at("relay")) << "  " << printable(y.at("reply"))
              << '\n';
  return out;
}

int queue_retry(const client_options& to, const queue_filter& which) {
  return act(to, "retry", which, true, "recipient is due now",
             "recipients are due now");
}

int queue_delete(const client_options& to, const queue_filter& which) {
  return act(to, "delete", which, false, "message deleted", "messages deleted");
}

std::string socket_of(const std::string& config_file) {
  const auto read
    = config::read_file(config_file, config::process_environment());
  if (const auto* x = std::get_if<config::configuration>(&read))
    return control_socket(x->node);
  return {};
}

} // namespace stagepost::cli
