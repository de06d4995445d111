#include "net/tls_files.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <memory>
#include <new>
#include <system_error>
#include <unistd.h>

namespace stagepost::net {

namespace {

std::string beginning_of(const std::string& path) {
  constexpr std::size_t most = 1U << 20U;
  std::ifstream from{path, std::ios::binary};
  std::string out;
  std::array<char, 16U * 1024U> part{};
  while (from && out.size() < most) {
    from.read(part.data(), part.size());
    out.append(part.data(), static_cast<std::size_t>(from.gcount()));
  }
  return out;
}

} // namespace

std::string unreadable(const std::string& path) {
  if (::access(path.c_str(), R_OK) == 0)
    return {};
  return "cannot read " + path + ": " + std::generic_category().message(errno);
}

std::string last_tls_error() {
  auto code = ERR_peek_last_error();
  const auto* text = ERR_reason_error_string(code);
  ERR_clear_error();
  return text != nullptr ? text : "unknown error";
}

std::string digest_of(std::initializer_list<std::string> paths) {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> sum{
    EVP_MD_CTX_new(), EVP_MD_CTX_free};
  if (!sum || EVP_DigestInit_ex(sum.get(), EVP_sha256(), nullptr) != 1)
    throw std::bad_alloc{};
  for (const auto& path : paths) {
    auto content = unreadable(path);
    if (content.empty())
      content = beginning_of(path);
    const auto size = content.size();
    EVP_DigestUpdate(sum.get(), &size, sizeof size);
    EVP_DigestUpdate(sum.get(), content.data(), size);
    OPENSSL_cleanse(content.data(), size);
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned size = 0;
  EVP_DigestFinal_ex(sum.get(), out.data(), &size);
  return {out.begin(), out.begin() + size};
}

} // namespace stagepost::net
