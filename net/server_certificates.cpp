#include "net/server_certificates.hpp"

#include "net/tls_files.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <new>
#include <utility>
#include <vector>

namespace stagepost::net {

namespace {

// A host name has at most 253 octets (RFC 1035, 2.3.4).
constexpr std::size_t longest_name = 253;

std::string lower(std::string_view text) {
  std::string out{text};
  std::transform(out.begin(), out.end(), out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return out;
}

std::string text_of(const ASN1_STRING* x) {
  auto size = ASN1_STRING_length(x);
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(x)),
          static_cast<std::size_t>(size)};
}

std::vector<std::string> alternative_names(const X509* certificate) {
  std::vector<std::string> out;
  auto* all = static_cast<GENERAL_NAMES*>(
    X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  for (int i = 0; i < sk_GENERAL_NAME_num(all); ++i) {
    const auto* name = sk_GENERAL_NAME_value(all, i);
    if (name->type == GEN_DNS)
      out.push_back(text_of(name->d.dNSName));
  }
  GENERAL_NAMES_free(all);
  return out;
}

std::vector<std::string> names_of(const X509* certificate) {
  auto out = alternative_names(certificate);
  if (!out.empty())
    return out;
  auto* subject = X509_get_subject_name(certificate);
  auto at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  if (at >= 0)
    out.push_back(
      text_of(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at))));
  return out;
}

// Without this OpenSSL would ask on the terminal for the key's passphrase.
int no_passphrase(char*, int, int, void* asked) {
  *static_cast<bool*>(asked) = true;
  return -1;
}

std::string mismatch(const config::certificate& files) {
  return "the key " + files.key + " does not belong to the certificate "
         + files.certificate + ": " + last_tls_error();
}

int on_server_name(SSL* ssl, int*, void* table) {
  const auto* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
  if (name == nullptr)
    return SSL_TLSEXT_ERR_NOACK;
  auto* ctx = static_cast<server_certificates*>(table)->find(name);
  if (ctx == nullptr)
    return SSL_TLSEXT_ERR_NOACK;
  SSL_set_SSL_CTX(ssl, ctx);
  return SSL_TLSEXT_ERR_OK;
}

} // namespace

std::variant<std::shared_ptr<ssl_ctx_st>, std::string>
load_certificate(const config::certificate& files) {
  for (const auto* path : {&files.certificate, &files.key})
    if (auto why = unreadable(*path); !why.empty())
      return why;
  ERR_clear_error();
  std::shared_ptr<SSL_CTX> ctx{SSL_CTX_new(TLS_server_method()), SSL_CTX_free};
  if (!ctx)
    return "cannot set up TLS: " + last_tls_error();
  bool passphrase_asked = false;
  SSL_CTX_set_default_passwd_cb(ctx.get(), no_passphrase);
  SSL_CTX_set_default_passwd_cb_userdata(ctx.get(), &passphrase_asked);
  if (SSL_CTX_use_certificate_chain_file(ctx.get(), files.certificate.c_str())
      != 1)
    return files.certificate
           + " holds no usable certificate in PEM form: " + last_tls_error();
  if (SSL_CTX_use_PrivateKey_file(ctx.get(), files.key.c_str(),
                                  SSL_FILETYPE_PEM)
      != 1) {
    if (ERR_GET_LIB(ERR_peek_last_error()) == ERR_LIB_X509)
      return mismatch(files);
    if (passphrase_asked)
      return files.key
             + " is protected by a passphrase; a server needs the key without "
               "one (`openssl pkey` removes it)";
    return files.key
           + " holds no usable private key in PEM form: " + last_tls_error();
  }
  SSL_CTX_set_default_passwd_cb_userdata(ctx.get(), nullptr);
  SSL_CTX_set_default_passwd_cb(ctx.get(), nullptr);
  if (SSL_CTX_check_private_key(ctx.get()) != 1)
    return mismatch(files);
  return ctx;
}

std::shared_ptr<ssl_ctx_st> copy_of(ssl_ctx_st* loaded) {
  std::shared_ptr<SSL_CTX> out{SSL_CTX_new(TLS_server_method()), SSL_CTX_free};
  STACK_OF(X509)* chain = nullptr;
  SSL_CTX_get0_chain_certs(loaded, &chain);
  if (!out
      || SSL_CTX_use_cert_and_key(out.get(), SSL_CTX_get0_certificate(loaded),
                                  SSL_CTX_get0_privatekey(loaded), chain, 1)
           != 1)
    throw std::bad_alloc{};
  return out;
}

void server_certificates::add(std::shared_ptr<ssl_ctx_st> ctx) {
  for (const auto& name : names_of(SSL_CTX_get0_certificate(ctx.get())))
    by_name_.emplace(lower(name), ctx);
}

ssl_ctx_st* server_certificates::find(std::string_view host) const {
  if (host.size() > longest_name)
    return nullptr;
  auto name = lower(host);
  auto at = by_name_.find(name);
  if (at == by_name_.end())
    if (auto dot = name.find('.'); dot != std::string::npos && dot > 0)
      at = by_name_.find("*" + name.substr(dot));
  return at == by_name_.end() ? nullptr : at->second.get();
}

void server_certificates::choose_by_sni(ssl_ctx_st* first) {
  SSL_CTX_set_tlsext_servername_callback(first, on_server_name);
  SSL_CTX_set_tlsext_servername_arg(first, this);
}

} // namespace stagepost::net
