#include "mail/dkim/key.hpp"

#include "mail/sasl/digest.hpp"

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <new>
#include <utility>

namespace stagepost::dkim {

namespace {

using context = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;
using bio = std::unique_ptr<BIO, decltype(&BIO_free)>;
using key_ptr = std::shared_ptr<EVP_PKEY>;

const unsigned char* octets_of(std::string_view x) {
  return reinterpret_cast<const unsigned char*>(x.data());
}

unsigned char* octets_of(std::string& x) {
  return reinterpret_cast<unsigned char*>(x.data());
}

std::string last_error() {
  const auto* text = ERR_reason_error_string(ERR_peek_last_error());
  ERR_clear_error();
  return text != nullptr ? text : "unknown error";
}

// Without this OpenSSL would ask on the terminal for the key's passphrase.
int no_passphrase(char*, int, int, void* asked) {
  *static_cast<bool*>(asked) = true;
  return -1;
}

/// What is wrong with a key that was read; "" if nothing is.
std::string objection(EVP_PKEY* key) {
  const auto type = EVP_PKEY_get_base_id(key);
  if (type == EVP_PKEY_ED25519)
    return {};
  if (type != EVP_PKEY_RSA) {
    const auto* name = EVP_PKEY_get0_type_name(key);
    return std::string{"holds a key of type "}
           + (name != nullptr ? name : "unknown")
           + "; DKIM signs with RSA or Ed25519";
  }
  const auto bits = EVP_PKEY_get_bits(key);
  if (bits >= static_cast<int>(fewest_bits))
    return {};
  return "holds an RSA key of " + std::to_string(bits)
         + " bits; signatures of keys under " + std::to_string(fewest_bits)
         + " bits count for nothing (RFC 8301)";
}

// Ed25519 takes no digest of its own: it signs the SHA-256 (RFC 8463, 3).
const EVP_MD* digest_of(algorithm x) {
  return x == algorithm::rsa ? EVP_sha256() : nullptr;
}

std::string to_be_signed(algorithm x, std::string_view octets) {
  return x == algorithm::rsa ? std::string(octets) : sasl::sha256(octets);
}

} // namespace

std::string_view name_of(algorithm x) noexcept {
  return x == algorithm::rsa ? "rsa-sha256" : "ed25519-sha256";
}

std::variant<signing_key, std::string>
signing_key::from_pem(std::string_view pem) {
  ERR_clear_error();
  const bio in{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())),
               BIO_free};
  if (!in)
    throw std::bad_alloc{};
  bool asked = false;
  const key_ptr key{
    PEM_read_bio_PrivateKey(in.get(), nullptr, no_passphrase, &asked),
    EVP_PKEY_free};
  if (asked) {
    ERR_clear_error();
    return std::string{"is protected by a passphrase; a server needs the key "
                       "without one (`openssl pkey` removes it)"};
  }
  if (!key)
    return "holds no usable private key in PEM form: " + last_error();
  if (auto why = objection(key.get()); !why.empty())
    return why;
  signing_key out{key, EVP_PKEY_get_base_id(key.get()) == EVP_PKEY_RSA
                         ? algorithm::rsa
                         : algorithm::ed25519};
  // A key that was damaged may load, and no signature of it is any good.
  if (!out.verifies("a signature", out.sign("a signature")))
    return std::string{"holds a damaged key: it does not verify what it signs"};
  return out;
}

signing_key signing_key::generate(dkim::algorithm how, unsigned bits) {
  auto* made = how == algorithm::rsa
                 ? EVP_RSA_gen(bits)
                 : EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
  if (made == nullptr)
    throw std::bad_alloc{};
  return {key_ptr{made, EVP_PKEY_free}, how};
}

unsigned signing_key::bits() const noexcept {
  return algorithm_ == algorithm::ed25519
           ? 256
           : static_cast<unsigned>(EVP_PKEY_get_bits(key_.get()));
}

std::string signing_key::sign(std::string_view octets) const {
  const auto what = to_be_signed(algorithm_, octets);
  const context how{EVP_MD_CTX_new(), EVP_MD_CTX_free};
  std::string out(static_cast<std::size_t>(EVP_PKEY_get_size(key_.get())),
                  '\0');
  auto size = out.size();
  if (!how
      || EVP_DigestSignInit(how.get(), nullptr, digest_of(algorithm_), nullptr,
                            key_.get())
           != 1
      || EVP_DigestSign(how.get(), octets_of(out), &size, octets_of(what),
                        what.size())
           != 1) {
    ERR_clear_error();
    return {};
  }
  out.resize(size);
  return out;
}

bool signing_key::verifies(std::string_view octets,
                           std::string_view signature) const {
  const auto what = to_be_signed(algorithm_, octets);
  const context how{EVP_MD_CTX_new(), EVP_MD_CTX_free};
  const bool good
    = how
      && EVP_DigestVerifyInit(how.get(), nullptr, digest_of(algorithm_),
                              nullptr, key_.get())
           == 1
      && EVP_DigestVerify(how.get(), octets_of(signature), signature.size(),
                          octets_of(what), what.size())
           == 1;
  ERR_clear_error();
  return good;
}

std::string signing_key::public_octets() const {
  if (algorithm_ == algorithm::ed25519) {
    std::size_t size = 32;
    std::string out(size, '\0');
    if (EVP_PKEY_get_raw_public_key(key_.get(), octets_of(out), &size) != 1)
      throw std::bad_alloc{};
    return out;
  }
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(key_.get(), &der);
  if (size < 0)
    throw std::bad_alloc{};
  std::string out(reinterpret_cast<const char*>(der),
                  static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return out;
}

std::string signing_key::to_pem() const {
  const bio out{BIO_new(BIO_s_mem()), BIO_free};
  if (!out
      || PEM_write_bio_PKCS8PrivateKey(out.get(), key_.get(), nullptr, nullptr,
                                       0, nullptr, nullptr)
           != 1)
    throw std::bad_alloc{};
  char* text = nullptr;
  const auto size = BIO_get_mem_data(out.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

} // namespace stagepost::dkim
