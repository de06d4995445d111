#include "mail/smtp/xegress.hpp"

#include "mail/address.hpp"
#include "mail/ascii.hpp"
#include "mail/ip_address.hpp"
#include "mail/xtext.hpp"

#include <string>

namespace stagepost::smtp {

namespace {

constexpr std::string_view tag = "[egress:";
constexpr std::string_view v6_prefix = "IPv6:";

/// "" for what is no address.
std::string ip_of(std::string_view text) {
  if (iequals(text.substr(0, v6_prefix.size()), v6_prefix))
    text.remove_prefix(v6_prefix.size());
  return short_ip(std::string{text});
}

bool is_hostname(std::string_view text) {
  return is_domain(text) && text.find('_') == std::string_view::npos
         && !is_ip_address(std::string{text});
}

result<egress_way> read(std::string_view text, char separator) {
  const auto at = text.find(separator);
  if (at == std::string_view::npos || text.size() == 1)
    return format_errc::syntax;
  const auto ip = text.substr(0, at);
  const auto hostname = text.substr(at + 1);
  egress_way out{ip_of(ip), lower(hostname)};
  if ((!ip.empty() && out.ip.empty())
      || (!hostname.empty() && !is_hostname(hostname)))
    return format_errc::syntax;
  return out;
}

} // namespace

result<egress_way> read_xegress(std::string_view value) {
  const auto text = decode_xtext(value);
  if (!text)
    return text.error();
  return read(*text, ';');
}

bool asks_for_egress(std::string_view helo) noexcept {
  return iequals(helo.substr(0, tag.size()), tag);
}

result<egress_way> read_egress_of(std::string_view helo) {
  if (!asks_for_egress(helo) || !helo.ends_with(']'))
    return format_errc::syntax;
  helo.remove_prefix(tag.size());
  helo.remove_suffix(1);
  return read(helo, '/');
}

} // namespace stagepost::smtp
