#include "mail/outlet/body_signature.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <array>
#include <new>

namespace stagepost::outlet {

namespace {

void require(bool x) {
  if (!x)
    throw std::bad_alloc{};
}

struct freed {
  void operator()(EVP_MAC* x) const {
    EVP_MAC_free(x);
  }
  void operator()(EVP_MAC_CTX* x) const {
    EVP_MAC_CTX_free(x);
  }
};

} // namespace

struct body_signature::impl {
  std::string at;
  std::unique_ptr<EVP_MAC, freed> mac{EVP_MAC_fetch(nullptr, "HMAC", nullptr)};
  std::unique_ptr<EVP_MAC_CTX, freed> context{EVP_MAC_CTX_new(mac.get())};
};

body_signature::body_signature(std::string_view secret, std::int64_t at)
  : impl_(std::make_unique<impl>()) {
  impl_->at = std::to_string(at);
  require(impl_->context != nullptr);
  std::string digest = "SHA256";
  const std::array parameters{
    OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
    OSSL_PARAM_construct_end()};
  require(EVP_MAC_init(impl_->context.get(),
                       reinterpret_cast<const unsigned char*>(secret.data()),
                       secret.size(), parameters.data())
          == 1);
  take(impl_->at + '.');
}

body_signature::~body_signature() = default;

void body_signature::take(std::string_view octets) {
  require(EVP_MAC_update(impl_->context.get(),
                         reinterpret_cast<const unsigned char*>(octets.data()),
                         octets.size())
          == 1);
}

std::string body_signature::field() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  std::size_t size = 0;
  require(EVP_MAC_final(impl_->context.get(), out.data(), &size, out.size())
          == 1);
  constexpr std::string_view digits = "0123456789abcdef";
  auto field = "t=" + impl_->at + ",v1=";
  for (std::size_t i = 0; i < size; ++i) {
    field += digits[out[i] >> 4U];
    field += digits[out[i] & 15U];
  }
  return field;
}

} // namespace stagepost::outlet
