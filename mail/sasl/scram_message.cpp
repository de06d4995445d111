#include "mail/sasl/scram_message.hpp"

#include "mail/ascii.hpp"
#include "mail/sasl/base64.hpp"
#include "mail/sasl/digest.hpp"

#include <algorithm>
#include <charconv>
#include <span>
#include <vector>

namespace stagepost::sasl {

namespace {

using fields = std::vector<std::string_view>;

fields split(std::string_view text) {
  fields out;
  for (;;) {
    const auto comma = text.find(',');
    out.push_back(text.substr(0, comma));
    if (comma == std::string_view::npos)
      return out;
    text.remove_prefix(comma + 1);
  }
}

/// True for `NAME=value` with a value.
bool is_attribute(std::string_view field, char name) {
  return field.size() > 2 && field[0] == name && field[1] == '=';
}

/// saslname: "," and "=" come as =2C and =3D.
bool read_name(std::string_view text, std::string& out) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '=') {
      out += text[i];
      continue;
    }
    const auto code = text.substr(i + 1, 2);
    if (code != "2C" && code != "3D")
      return false;
    out += code == "2C" ? ',' : '=';
    i += 2;
  }
  return !out.empty();
}

bool is_nonce(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c > ' ' && c <= '~' && c != ','; });
}

bool is_binding_name(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return is_alnum(c) || c == '.' || c == '-';
  });
}

bool are_extensions(std::span<const std::string_view> all) {
  constexpr std::string_view taken = "aceimnprsv";
  std::string seen{taken};
  for (const auto x : all) {
    if (x.empty() || !is_alnum(x[0]) || is_digit(x[0]) || !is_attribute(x, x[0])
        || seen.find(x[0]) != std::string::npos)
      return false;
    seen += x[0];
  }
  return true;
}

/// The two fields of the gs2-header.
bool read_gs2(std::string_view flag, std::string_view authzid,
              scram_client_first& out) {
  if (is_attribute(flag, 'p')) {
    out.flag = 'p';
    out.binding = flag.substr(2);
    if (!is_binding_name(out.binding))
      return false;
  } else if (flag == "n" || flag == "y") {
    out.flag = flag[0];
  } else {
    return false;
  }
  return authzid.empty()
         || (is_attribute(authzid, 'a')
             && read_name(authzid.substr(2), out.authzid));
}

} // namespace

result<scram_client_first> parse_client_first(std::string_view message) {
  scram_client_first out;
  const auto all = split(message);
  if (message.find('\0') != std::string_view::npos || all.size() < 3
      || !read_gs2(all[0], all[1], out))
    return format_errc::syntax;
  const auto header = all[0].size() + all[1].size() + 2;
  out.gs2_header = message.substr(0, header);
  out.bare = message.substr(header);
  const auto rest = std::span{all}.subspan(2);
  out.extended = is_attribute(rest[0], 'm');
  if (out.extended)
    return out;
  if (rest.size() < 2 || !is_attribute(rest[0], 'n')
      || !read_name(rest[0].substr(2), out.user) || !is_attribute(rest[1], 'r')
      || !is_nonce(rest[1].substr(2)) || !are_extensions(rest.subspan(2)))
    return format_errc::syntax;
  out.nonce = rest[1].substr(2);
  return out;
}

result<scram_client_final> parse_client_final(std::string_view message) {
  const auto all = split(message);
  if (message.find('\0') != std::string_view::npos || all.size() < 3
      || !is_attribute(all[0], 'c') || !is_attribute(all[1], 'r')
      || !is_nonce(all[1].substr(2)) || !is_attribute(all.back(), 'p')
      || !are_extensions(std::span{all}.subspan(2, all.size() - 3)))
    return format_errc::syntax;
  auto binding = decode_base64(all[0].substr(2));
  auto proof = decode_base64(all.back().substr(2));
  if (!binding || !proof || proof->size() != sha256_octets)
    return format_errc::syntax;
  return scram_client_final{
    std::move(*binding), all[1].substr(2),
    message.substr(0, message.size() - all.back().size() - 1),
    std::move(*proof)};
}

result<scram_server_first> parse_server_first(std::string_view message) {
  const auto all = split(message);
  if (message.find('\0') != std::string_view::npos || all.size() < 3
      || !is_attribute(all[0], 'r') || !is_nonce(all[0].substr(2))
      || !is_attribute(all[1], 's') || !is_attribute(all[2], 'i')
      || !are_extensions(std::span{all}.subspan(3)))
    return format_errc::syntax;
  auto salt = decode_base64(all[1].substr(2));
  const auto digits = all[2].substr(2);
  scram_server_first out{all[0].substr(2), {}, 0};
  const auto* const end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), end, out.iterations);
  if (!salt || read.ptr != end || read.ec == std::errc::invalid_argument)
    return format_errc::syntax;
  if (read.ec != std::errc{})
    return format_errc::out_of_range;
  out.salt = std::move(*salt);
  return out;
}

} // namespace stagepost::sasl
