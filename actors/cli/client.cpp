#include "actors/cli/client.hpp"

#include <chrono>
#include <iostream>
#include <sysexits.h>
#include <utility>
#include <variant>

namespace stagepost::cli {

namespace {

namespace json = boost::json;

constexpr std::chrono::seconds answer_limit{60};

} // namespace

net::http_request get(std::string target) {
  return {"GET", std::move(target), {}};
}

net::http_request post(std::string target, const json::object& body) {
  return {"POST", std::move(target), json::serialize(body)};
}

std::string encode(std::string_view text) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto u = static_cast<unsigned char>(c);
    if (std::isalnum(u) != 0 || c == '-' || c == '.' || c == '_') {
      out += c;
    } else {
      out += '%';
      out += hex[u >> 4U];
      out += hex[u & 15U];
    }
  }
  return out;
}

std::string printable(const json::value& x) {
  auto out = x.is_string() ? std::string{x.get_string()} : json::serialize(x);
  for (auto& c : out)
    if (c == '\n' || c == '\t')
      c = ' '; // a message of several lines
    else if (static_cast<unsigned char>(c) < ' ' || c == 127)
      c = '?';
  return out;
}

std::optional<json::value> ask(const client_options& to,
                               const net::http_request& what, int& status) {
  auto got = net::ask(to.socket, what, answer_limit);
  if (auto* why = std::get_if<std::string>(&got)) {
    std::cerr << "stagepost: " << *why << '\n';
    status = EX_UNAVAILABLE;
    return std::nullopt;
  }
  const auto& answer = std::get<net::http_response>(got);
  boost::system::error_code ec;
  auto body = json::parse(answer.body, ec);
  if (ec)
    body = json::object{{"error", "no JSON: " + answer.body.substr(0, 200)}};
  const bool health = what.target.starts_with("/status");
  if (answer.status != 200 && !(health && answer.status == 503)) {
    std::cerr << "stagepost: "
              << (body.is_object() && body.get_object().contains("error")
                    ? printable(body.at("error"))
                    : "HTTP " + std::to_string(answer.status))
              << '\n';
    status = EXIT_FAILURE;
    return std::nullopt;
  }
  status = EX_OK;
  if (!to.json)
    return body;
  std::cout << answer.body;
  return std::nullopt;
}

} // namespace stagepost::cli
