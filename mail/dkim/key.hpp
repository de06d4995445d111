#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

struct evp_pkey_st; // OpenSSL's EVP_PKEY

namespace stagepost::dkim {

/// With what is signed.
enum class algorithm : std::uint8_t {
  rsa,    ///< rsa-sha256 (RFC 6376, 3.3.1).
  ed25519 ///< ed25519-sha256 (RFC 8463).
};

/// "rsa-sha256" or "ed25519-sha256", as a= has it.
[[nodiscard]] std::string_view name_of(algorithm x) noexcept;

// Of RSA keys, in bits.
inline constexpr unsigned fewest_bits = 1024; ///< RFC 8301, 3.2: less is void.
inline constexpr unsigned wanted_bits = 2048; ///< RFC 8301, 3.2: SHOULD.
inline constexpr unsigned most_bits = 4096;   ///< Nobody has to check longer.

/// A private key that signs. Copies share it. Any thread.
class signing_key {
public:
  /// Reads a key in PEM form, PKCS #8 or PKCS #1, that has no passphrase.
  /// @returns It, or what is wrong, as the rest of a sentence that begins with
  ///          the file's name: "holds no usable private key in PEM form: …".
  static std::variant<signing_key, std::string> from_pem(std::string_view pem);

  /// Makes a new one. Some keys of RSA take a second.
  /// @param bits  Of RSA: `fewest_bits` to `most_bits`.
  static signing_key generate(dkim::algorithm how, unsigned bits = wanted_bits);

  [[nodiscard]] dkim::algorithm algorithm() const noexcept {
    return algorithm_;
  }
  /// Its length; of Ed25519 256.
  [[nodiscard]] unsigned bits() const noexcept;

  /// The signature of octets, which are hashed here.
  /// @returns "" if OpenSSL can't do it.
  [[nodiscard]] std::string sign(std::string_view octets) const;

  /// Whether `signature` is this key's own.
  [[nodiscard]] bool verifies(std::string_view octets,
                              std::string_view signature) const;

  /// The public key as p= of a record holds it, in octets: of RSA its
  /// SubjectPublicKeyInfo, of Ed25519 the 32 octets alone (RFC 8463, 4).
  [[nodiscard]] std::string public_octets() const;

  /// PKCS #8, not encrypted.
  [[nodiscard]] std::string to_pem() const;

private:
  signing_key(std::shared_ptr<evp_pkey_st> key, dkim::algorithm how)
    : key_(std::move(key)), algorithm_(how) {
  }
  std::shared_ptr<evp_pkey_st> key_;
  dkim::algorithm algorithm_;
};

} // namespace stagepost::dkim
