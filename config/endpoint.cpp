#include "config/endpoint.hpp"

#include "config/host_name.hpp"
#include "config/ip.hpp"
#include "config/quantity.hpp"

#include <string>

namespace stagepost::config {

namespace {

result<std::uint16_t> parse_port(std::string_view text) {
  const auto x = parse_number(text);
  if (!x)
    return x.error();
  if (*x > 65'535)
    return format_errc::out_of_range;
  return static_cast<std::uint16_t>(*x);
}

/// `host`, `host:port`, `[v6]`, `[v6]:port`, taken apart; `port` is empty if
/// there is none.
struct host_and_port {
  std::string_view host;
  std::string_view port;
  bool brackets = false;
};

result<host_and_port> split(std::string_view text) {
  host_and_port out;
  auto rest = text;
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos)
      return format_errc::syntax;
    out.host = text.substr(1, end - 1);
    out.brackets = true;
    rest = text.substr(end + 1);
  } else {
    const auto colon = text.find(':');
    out.host = text.substr(0, colon);
    rest.remove_prefix(out.host.size());
  }
  if (rest.empty())
    return out;
  if (rest.size() < 2 || rest.front() != ':')
    return format_errc::syntax;
  out.port = rest.substr(1);
  return out;
}

bool is_address(const host_and_port& x) {
  return parse_ip(x.host).has_value()
         && x.brackets == (x.host.find(':') != std::string_view::npos);
}

} // namespace

result<endpoint> parse_endpoint(std::string_view text) {
  const auto parts = split(text);
  if (!parts || parts->port.empty() || !is_address(*parts))
    return format_errc::syntax;
  const auto port = parse_port(parts->port);
  if (!port)
    return port.error();
  return endpoint{std::string(parts->host), *port};
}

result<next_hop> parse_next_hop(std::string_view text) {
  constexpr std::string_view scheme = "smtp://";
  if (lower(text.substr(0, scheme.size())) != scheme)
    return format_errc::syntax;
  const auto parts = split(text.substr(scheme.size()));
  if (!parts
      || !(is_address(*parts) || (!parts->brackets && is_domain(parts->host))))
    return format_errc::syntax;
  next_hop out{lower(parts->host)};
  if (!parts->port.empty()) {
    const auto port = parse_port(parts->port);
    if (!port)
      return port.error();
    if (*port == 0)
      return format_errc::out_of_range;
    out.port = *port;
  }
  return out;
}

bool is_dns_server(std::string_view text) {
  const auto mark = text.find('@');
  if (!parse_ip(text.substr(0, mark)))
    return false;
  if (mark == std::string_view::npos)
    return true;
  const auto port = parse_port(text.substr(mark + 1));
  return port && *port != 0;
}

} // namespace stagepost::config
