#include "mail/sasl/digest.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <new>

namespace stagepost::sasl {

namespace {

const unsigned char* octets_of(std::string_view x) {
  return reinterpret_cast<const unsigned char*>(x.data());
}

unsigned char* octets_of(std::string& x) {
  return reinterpret_cast<unsigned char*>(x.data());
}

} // namespace

std::string sha256(std::string_view octets) {
  std::string out(sha256_octets, '\0');
  if (EVP_Digest(octets.data(), octets.size(), octets_of(out), nullptr,
                 EVP_sha256(), nullptr)
      != 1)
    throw std::bad_alloc{};
  return out;
}

std::string hmac_sha256(std::string_view key, std::string_view octets) {
  std::string out(sha256_octets, '\0');
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
           octets_of(octets), octets.size(), octets_of(out), nullptr)
      == nullptr)
    throw std::bad_alloc{};
  return out;
}

std::string pbkdf2_sha256(std::string_view password, std::string_view salt,
                          std::uint32_t iterations) {
  std::string out(sha256_octets, '\0');
  if (PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()),
                        octets_of(salt), static_cast<int>(salt.size()),
                        static_cast<int>(iterations), EVP_sha256(),
                        static_cast<int>(out.size()), octets_of(out))
      != 1)
    throw std::bad_alloc{};
  return out;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size()
         && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

} // namespace stagepost::sasl
