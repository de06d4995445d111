#include "net/client_authority.hpp"

#include "net/tls_files.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <new>
#include <utility>

namespace stagepost::net {

namespace {

void free_names(STACK_OF(X509_NAME) * names) {
  sk_X509_NAME_pop_free(names, X509_NAME_free);
}

// What was found stays in the verify result, which is what we tell.
int go_on(int, X509_STORE_CTX*) {
  return 1;
}

} // namespace

std::variant<client_authority, std::string>
client_authority::load(const std::string& file) {
  if (auto why = unreadable(file); !why.empty())
    return why;
  ERR_clear_error();
  client_authority out;
  out.store_.reset(X509_STORE_new(), X509_STORE_free);
  if (!out.store_)
    throw std::bad_alloc{};
  if (X509_STORE_load_file(out.store_.get(), file.c_str()) != 1)
    return file
           + " holds no usable certificate in PEM form: " + last_tls_error();
  auto* names = SSL_load_client_CA_file(file.c_str());
  if (names == nullptr)
    return file
           + " holds no usable certificate in PEM form: " + last_tls_error();
  out.names_.reset(names, free_names);
  return out;
}

void client_authority::ask(ssl_ctx_st* ctx,
                           config::client_certificates mode) const {
  SSL_CTX_set1_cert_store(ctx, store_.get());
  auto* names = SSL_dup_CA_list(names_.get());
  if (names == nullptr)
    throw std::bad_alloc{};
  SSL_CTX_set_client_CA_list(ctx, names);
  if (mode == config::client_certificates::request)
    SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, go_on);
  else
    SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
                       nullptr);
}

} // namespace stagepost::net
