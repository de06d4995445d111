#include "mail/dkim/record.hpp"

#include "mail/sasl/base64.hpp"

#include <algorithm>

namespace stagepost::dkim {

namespace {

constexpr std::size_t longest_string = 255;

} // namespace

std::string record_name(std::string_view selector, std::string_view domain) {
  return std::string{selector} + "._domainkey." + std::string{domain};
}

std::string record_text(const signing_key& key) {
  return std::string{"v=DKIM1; k="}
         + (key.algorithm() == algorithm::rsa ? "rsa" : "ed25519")
         + "; p=" + sasl::encode_base64(key.public_octets());
}

// Nothing in a record has to be escaped: it has neither quotes nor backslashes.
std::string zone_line(std::string_view name, std::string_view text) {
  auto out = std::string{name} + ". IN TXT ";
  if (text.size() <= longest_string)
    return out + '"' + std::string{text} + "\"\n";
  out += '(';
  for (; !text.empty();
       text.remove_prefix(std::min(text.size(), longest_string)))
    out += "\n\t\"" + std::string{text.substr(0, longest_string)} + '"';
  return out + " )\n";
}

} // namespace stagepost::dkim
