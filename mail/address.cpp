#include "mail/address.hpp"

#include "mail/ascii.hpp"
#include "mail/idna.hpp"
#include "mail/utf8.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>

namespace stagepost {

namespace {

constexpr std::size_t max_local = 64; // RFC 5321, 4.5.3.1.1
constexpr std::size_t max_domain = 255;
constexpr std::size_t max_label = 63; // RFC 1035, 2.3.4

constexpr bool is_eight_bit(char c) {
  return static_cast<unsigned char>(c) > 0x7FU;
}

// RFC 5322, 3.2.3; RFC 6531, 3.3: `holds_only` has seen what is not ASCII.
constexpr bool is_atext(char c) {
  return is_alnum(c) || is_eight_bit(c)
         || std::string_view{"!#$%&'*+-/=?^_`{|}~"}.find(c)
              != std::string_view::npos;
}

/// Atoms with single dots between them. One dot at the end is taken as well
/// where `lenient`: management boards of servers send `name.@example.com`.
bool is_dot_string(std::string_view text, bool lenient) {
  if (lenient && text.ends_with('.'))
    text.remove_suffix(1);
  if (text.empty() || text.front() == '.' || text.back() == '.')
    return false;
  char before = 'a';
  return std::all_of(text.begin(), text.end(), [&](char c) {
    const bool good = is_atext(c) || (c == '.' && before != '.');
    before = c;
    return good;
  });
}

/// Reads the quoted string that `text` begins with.
/// @param value  Becomes its content, backslashes resolved.
/// @returns Its length with both quotes; 0 if there is none.
std::size_t read_quoted(std::string_view text, std::string& value) {
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"')
      return i + 1;
    const bool escaped = text[i] == '\\';
    if (escaped && ++i == text.size())
      return 0;
    if (!is_printable(text[i]) && (escaped || !is_eight_bit(text[i])))
      return 0;
    value += text[i];
  }
  return 0;
}

std::string quoted(std::string_view value) {
  std::string out{'"'};
  for (const char c : value) {
    if (c == '"' || c == '\\')
      out += '\\';
    out += c;
  }
  return out += '"';
}

bool is_label(std::string_view text) {
  // The underscore is no letter-digit-hyphen, but hosts have it in their name.
  return !text.empty() && text.size() <= max_label && text.front() != '-'
         && text.back() != '-'
         && std::all_of(text.begin(), text.end(), [](char c) {
              return is_alnum(c) || c == '-' || c == '_';
            });
}

bool is_domain_name(std::string_view text) {
  for (;;) {
    const auto dot = text.find('.');
    if (!is_label(text.substr(0, dot)))
      return false;
    if (dot == std::string_view::npos)
      return true;
    text.remove_prefix(dot + 1);
  }
}

/// What stands in the brackets: an IPv4 address, or `IPv6:` and one.
bool is_literal(std::string_view text) {
  constexpr std::string_view tag = "IPv6:";
  const bool six = iequals(text.substr(0, tag.size()), tag);
  if (six)
    text.remove_prefix(tag.size());
  std::array<char, INET6_ADDRSTRLEN> zero_ended{};
  if (text.size() >= zero_ended.size()
      || text.find('\0') != std::string_view::npos)
    return false;
  std::copy(text.begin(), text.end(), zero_ended.begin());
  in6_addr address{};
  return inet_pton(six ? AF_INET6 : AF_INET, zero_ended.data(), &address) == 1;
}

/// Whether the octets over 127, if there are any, are allowed.
bool holds_only(std::string_view text, alphabet allowed) {
  if (is_ascii(text))
    return true;
  if (allowed == alphabet::ascii)
    return false;
  while (!text.empty()) {
    const auto next = first_character(text);
    if (next.length == 0 || (next.code >= 0x80U && next.code < 0xA0U))
      return false;
    text.remove_prefix(next.length);
  }
  return true;
}

} // namespace

bool is_domain(std::string_view text) noexcept {
  if (text.size() > max_domain)
    return false;
  if (text.size() > 2 && text.front() == '[' && text.back() == ']')
    return is_literal(text.substr(1, text.size() - 2));
  return is_domain_name(text);
}

result<mailbox> parse_mailbox(std::string_view text, alphabet allowed) {
  if (text.size() > 2 * (max_local + 1) + max_domain + 1)
    return format_errc::too_long;
  if (!holds_only(text, allowed))
    return format_errc::syntax;
  if (iequals(text, "postmaster"))
    return mailbox{std::string{text}, {}};
  std::string local;
  std::size_t at = 0;
  if (text.starts_with('"')) {
    std::string value;
    at = read_quoted(text, value);
    if (at == 0)
      return format_errc::syntax;
    local = is_dot_string(value, false) ? value : quoted(value);
  } else {
    at = std::min(text.find('@'), text.size());
    local = text.substr(0, at);
    if (!is_dot_string(local, true))
      return format_errc::syntax;
  }
  if (at == text.size() || text[at] != '@')
    return format_errc::syntax;
  const auto domain = text.substr(at + 1);
  if (local.size() > max_local || domain.size() > max_domain)
    return format_errc::too_long;
  if (is_ascii(domain)) {
    if (!is_domain(domain))
      return format_errc::syntax;
    return mailbox{std::move(local), lower(domain)};
  }
  auto name = to_unicode_domain(domain);
  const auto asked_for = to_ascii_domain(domain);
  if (!name || !asked_for || !is_domain_name(*asked_for))
    return format_errc::syntax;
  if (name->size() > max_domain || asked_for->size() > max_domain)
    return format_errc::too_long;
  return mailbox{std::move(local), std::move(*name)};
}

bool is_ascii(const mailbox& x) noexcept {
  return is_ascii(x.local) && is_ascii(x.domain);
}

std::string domain_of(std::string_view address) {
  const auto at = address.rfind('@');
  return at == std::string_view::npos ? std::string{}
                                      : lower(address.substr(at + 1));
}

std::string dns_domain_of(std::string_view address) {
  auto domain = domain_of(address);
  if (is_ascii(domain))
    return domain;
  auto name = to_ascii_domain(domain);
  return name ? std::move(*name) : domain;
}

} // namespace stagepost
