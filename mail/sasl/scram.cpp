#include "mail/sasl/scram.hpp"

#include "mail/sasl/base64.hpp"
#include "mail/sasl/digest.hpp"
#include "mail/sasl/password.hpp"
#include "mail/sasl/prepared_password.hpp"

#include <charconv>

namespace stagepost::sasl {

namespace {

constexpr std::string_view scheme = "SCRAM-SHA-256$";
constexpr std::size_t least_salt = 8;
constexpr std::size_t most_salt = 64;

bool may_be(std::uint32_t iterations) {
  return iterations >= least_iterations && iterations <= most_iterations;
}

/// The part of `text` before the separator, which go both.
bool take_until(std::string_view& text, char separator,
                std::string_view& part) {
  const auto end = text.find(separator);
  if (end == std::string_view::npos)
    return false;
  part = text.substr(0, end);
  text.remove_prefix(end + 1);
  return true;
}

/// The keys of RFC 5802, 3, of a prepared password.
scram_verifier derived(std::string_view password, std::string_view salt,
                       std::uint32_t iterations) {
  const secret salted{pbkdf2_sha256(password, salt, iterations)};
  const secret client_key{hmac_sha256(salted.text(), "Client Key")};
  return {iterations, std::string{salt}, sha256(client_key.text()),
          hmac_sha256(salted.text(), "Server Key")};
}

} // namespace

result<scram_verifier> parse_scram_verifier(std::string_view text) {
  std::string_view number;
  std::string_view salt;
  std::string_view stored;
  if (!text.starts_with(scheme))
    return format_errc::syntax;
  text.remove_prefix(scheme.size());
  if (!take_until(text, ':', number) || !take_until(text, '$', salt)
      || !take_until(text, ':', stored) || number.starts_with('0'))
    return format_errc::syntax;
  scram_verifier out;
  const auto* end = number.data() + number.size();
  const auto [stop, ec] = std::from_chars(number.data(), end, out.iterations);
  auto salt_read = decode_base64(salt);
  auto stored_read = decode_base64(stored);
  auto server_read = decode_base64(text);
  if (ec == std::errc::invalid_argument || stop != end || !salt_read
      || !stored_read || stored_read->size() != sha256_octets || !server_read
      || server_read->size() != sha256_octets)
    return format_errc::syntax;
  if (ec != std::errc{} || !may_be(out.iterations)
      || salt_read->size() < least_salt || salt_read->size() > most_salt)
    return format_errc::out_of_range;
  out.salt = std::move(*salt_read);
  out.stored_key = std::move(*stored_read);
  out.server_key = std::move(*server_read);
  return out;
}

std::string to_string(const scram_verifier& x) {
  return std::string{scheme} + std::to_string(x.iterations) + ':'
         + encode_base64(x.salt) + '$' + encode_base64(x.stored_key) + ':'
         + encode_base64(x.server_key);
}

result<scram_verifier> make_scram_verifier(std::string_view password,
                                           std::string_view salt,
                                           std::uint32_t iterations) {
  if (salt.size() != salt_octets || !may_be(iterations))
    return format_errc::out_of_range;
  const auto text = prepare_password(password);
  if (!text)
    return text.error();
  return derived(text->text(), salt, iterations);
}

bool check_password(const scram_verifier& x, std::string_view password) {
  const auto text = prepare_password(password);
  return text
         && equal_in_constant_time(
           derived(text->text(), x.salt, x.iterations).stored_key,
           x.stored_key);
}

scram_verifier unknown_user_verifier(std::string_view key,
                                     std::string_view user,
                                     std::uint32_t iterations) {
  const auto made_up = [&](std::string_view what) {
    return hmac_sha256(key, std::string{what} + '\0' + std::string{user});
  };
  return {iterations, made_up("salt").substr(0, salt_octets),
          made_up("stored key"), made_up("server key")};
}

} // namespace stagepost::sasl
