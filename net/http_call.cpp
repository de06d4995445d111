#include "net/http_call.hpp"

namespace stagepost::net {

namespace {

std::string host_field(const http_peer& x) {
  const bool v6 = x.host.find(':') != std::string::npos;
  auto out = v6 ? '[' + x.host + ']' : x.host;
  if (x.port != (x.tls ? 443 : 80))
    out += ':' + std::to_string(x.port);
  return out;
}

} // namespace

std::string header_of(const http_call& x) {
  auto out = x.method + ' ' + x.target
             + " HTTP/1.1\r\nHost: " + host_field(x.peer) + "\r\n";
  for (const auto& [name, value] : x.fields)
    out.append(name).append(": ").append(value).append("\r\n");
  if (x.body)
    out += "Content-Length: " + std::to_string(x.body->size()) + "\r\n";
  if (!x.keep_alive)
    out += "Connection: close\r\n";
  return out + "\r\n";
}

} // namespace stagepost::net
