#include "config/endpoint.hpp"

#include "config/host_name.hpp"
#include "config/ip.hpp"
#include "config/quantity.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

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

/// The port that is named, which is not 0, or else this one.
result<std::uint16_t> port_of(const host_and_port& x, std::uint16_t usual) {
  if (x.port.empty())
    return usual;
  auto port = parse_port(x.port);
  if (port && *port == 0)
    return format_errc::out_of_range;
  return port;
}

bool is_address(const host_and_port& x) {
  return parse_ip(x.host).has_value()
         && x.brackets == (x.host.find(':') != std::string_view::npos);
}

bool take_scheme(std::string_view& text, std::string_view scheme) {
  if (lower(text.substr(0, scheme.size())) != scheme)
    return false;
  text.remove_prefix(scheme.size());
  return true;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  const auto letter = static_cast<char>(c | 0x20);
  return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

/// Decodes %XX (RFC 3986, 2.1).
std::optional<std::string> decoded(std::string_view text, std::size_t most) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto c = text[i];
    if (c == '%') {
      const auto high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
      const auto low = high < 0 ? -1 : hex_digit(text[i + 2]);
      if (low < 0)
        return std::nullopt;
      c = static_cast<char>(high * 16 + low);
      i += 2;
    }
    if (static_cast<unsigned char>(c) < ' ' || c == 0x7f)
      return std::nullopt;
    out += c;
  }
  if (out.empty() || out.size() > most)
    return std::nullopt;
  return out;
}

/// Takes `user:password@` off the front, if it is there.
bool take_login(std::string_view& text, next_hop& out) {
  const auto at = text.rfind('@');
  if (at == std::string_view::npos)
    return true;
  const auto login = text.substr(0, at);
  const auto colon = login.find(':');
  if (colon == std::string_view::npos)
    return false;
  auto user = decoded(login.substr(0, colon), 255);
  auto password = decoded(login.substr(colon + 1), 1024);
  if (!user || !password)
    return false;
  out.user = std::move(*user);
  out.password = std::move(*password);
  text.remove_prefix(at + 1);
  return true;
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
  next_hop out;
  if (take_scheme(text, "smtps://")) {
    out.implicit_tls = true;
    out.port = 465;
  } else if (!take_scheme(text, "smtp://")) {
    return format_errc::syntax;
  }
  if (!take_login(text, out))
    return format_errc::syntax;
  const auto parts = split(text);
  if (!parts
      || !(is_address(*parts) || (!parts->brackets && is_domain(parts->host))))
    return format_errc::syntax;
  out.host = lower(parts->host);
  const auto port = port_of(*parts, out.port);
  if (!port)
    return port.error();
  out.port = *port;
  return out;
}

result<http_url> parse_http_url(std::string_view text) {
  http_url out;
  const auto is_odd = [](char c) { return c <= ' ' || c > '~'; };
  if (text.size() > 2'000 || std::any_of(text.begin(), text.end(), is_odd))
    return format_errc::syntax;
  if (take_scheme(text, "https://"))
    out.tls = true;
  else if (!take_scheme(text, "http://"))
    return format_errc::syntax;
  const auto end = text.find_first_of("/?#");
  const auto target
    = end == std::string_view::npos ? std::string_view{} : text.substr(end);
  const auto parts = split(text.substr(0, end));
  if (!parts || target.find('#') != std::string_view::npos
      || !(is_address(*parts) || (!parts->brackets && is_domain(parts->host))))
    return format_errc::syntax;
  out.host = lower(parts->host);
  const auto port = port_of(*parts, out.tls ? 443 : 80);
  if (!port)
    return port.error();
  out.port = *port;
  out.target = (target.starts_with('/') ? "" : "/") + std::string(target);
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
