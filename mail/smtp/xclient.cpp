#include "mail/smtp/xclient.hpp"

#include "mail/ascii.hpp"
#include "mail/ip_address.hpp"
#include "mail/xtext.hpp"

#include <algorithm>
#include <array>

namespace stagepost::smtp {

namespace {

constexpr std::size_t max_value = 255;
constexpr std::string_view v6_prefix = "IPV6:";

bool is_port(std::string_view text) {
  return !text.empty() && text.size() <= 5
         && std::all_of(text.begin(), text.end(), is_digit)
         && (text.size() < 5 || text <= "65535");
}

/// The address without the prefix of version 6; "" for one that is none.
std::string ip_of(std::string_view text) {
  if (iequals(text.substr(0, v6_prefix.size()), v6_prefix))
    text.remove_prefix(v6_prefix.size());
  return short_ip(std::string{text});
}

enum class attribute {
  name,
  address,
  port,
  protocol,
  helo,
  login,
  own_address,
  own_port,
};

constexpr std::array<std::string_view, 8> names{
  "NAME", "ADDR", "PORT", "PROTO", "HELO", "LOGIN", "DESTADDR", "DESTPORT"};

/// Puts a value where it belongs; false if it is none of its kind.
bool put(attribute which, std::string value, xclient& out) {
  switch (which) {
    case attribute::name:
      out.name = std::move(value);
      return true;
    case attribute::helo:
      out.helo = std::move(value);
      return true;
    case attribute::login:
      out.login = std::move(value);
      return true;
    case attribute::protocol:
      out.protocol = std::move(value);
      return out.protocol->empty() || iequals(*out.protocol, "SMTP")
             || iequals(*out.protocol, "ESMTP");
    case attribute::port:
    case attribute::own_port:
      return value.empty() || is_port(value);
    case attribute::own_address:
      out.own_address = ip_of(value);
      return value.empty() || !out.own_address->empty();
    case attribute::address:
      out.address = ip_of(value);
      return value.empty() || !out.address->empty();
  }
  return false;
}

} // namespace

result<xclient> read_xclient(std::string_view text) {
  xclient out;
  unsigned seen = 0;
  while (!text.empty()) {
    const auto word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    const auto equals = word.find('=');
    if (equals == std::string_view::npos)
      return format_errc::syntax;
    const auto* const which
      = std::find_if(names.begin(), names.end(), [&](auto name) {
          return iequals(name, word.substr(0, equals));
        });
    const auto i = static_cast<unsigned>(which - names.begin());
    if (which == names.end() || (seen & (1U << i)) != 0)
      return format_errc::syntax;
    seen |= 1U << i;
    const auto given = word.substr(equals + 1);
    std::string value;
    if (!iequals(given, "[UNAVAILABLE]") && !iequals(given, "[TEMPUNAVAIL]")) {
      auto decoded = decode_xtext(given);
      if (!decoded || decoded->size() > max_value)
        return format_errc::syntax;
      value = std::move(*decoded);
    }
    if (!put(static_cast<attribute>(i), std::move(value), out))
      return format_errc::syntax;
  }
  if (seen == 0)
    return format_errc::syntax;
  return out;
}

} // namespace stagepost::smtp
