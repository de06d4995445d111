#include "mail/sasl/secret.hpp"

#include <openssl/crypto.h>

#include <utility>

namespace stagepost::sasl {

void wipe(std::string& text) noexcept {
  text.resize(text.capacity()); // what was longer once; allocates nothing
  OPENSSL_cleanse(text.data(), text.size());
  text.clear();
}

// A short string is copied when it is moved, and stays where it was.

secret::secret(std::string&& octets) : octets_{std::move(octets)} {
  wipe(octets);
}

secret::secret(secret&& other) noexcept : octets_{std::move(other.octets_)} {
  wipe(other.octets_);
}

secret& secret::operator=(secret&& other) noexcept {
  if (this != &other) {
    wipe(octets_);
    octets_ = std::move(other.octets_);
    wipe(other.octets_);
  }
  return *this;
}

} // namespace stagepost::sasl
