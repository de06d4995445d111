#include "scram_client.hpp"

#include "mail/sasl/base64.hpp"
#include "mail/sasl/digest.hpp"

#include <cstdlib>

using namespace stagepost::sasl;

namespace {

/// The value of the attribute that `mark` begins.
std::string value_of(std::string_view text, std::string_view mark) {
  const auto begin = text.find(mark) + mark.size();
  return std::string{text.substr(begin, text.find(',', begin) - begin)};
}

} // namespace

std::string scram_client::bare() const {
  return "n=" + user + ",r=" + nonce;
}

std::string scram_client::first() const {
  return gs2_header + bare();
}

std::string scram_client::final(std::string_view server_first) {
  const auto salt = decode_base64(value_of(server_first, ",s=")).value();
  const auto iterations = std::atoi(value_of(server_first, ",i=").c_str());
  const auto salted
    = pbkdf2_sha256(password, salt, static_cast<std::uint32_t>(iterations));
  const auto key = hmac_sha256(salted, "Client Key");
  const auto without_proof = "c=" + encode_base64(gs2_header + binding)
                             + ",r=" + value_of(server_first, "r=");
  const auto signed_text
    = bare() + ',' + std::string{server_first} + ',' + without_proof;
  auto proof = hmac_sha256(sha256(key), signed_text);
  for (std::size_t i = 0; i < proof.size(); ++i)
    proof[i] = static_cast<char>(proof[i] ^ key[i]);
  expected_ = "v="
              + encode_base64(
                hmac_sha256(hmac_sha256(salted, "Server Key"), signed_text));
  return without_proof + ",p=" + encode_base64(proof);
}
