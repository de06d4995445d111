#pragma once

#include "config/configuration.hpp"

#include <memory>
#include <string>
#include <variant>

struct ssl_ctx_st;         // OpenSSL's SSL_CTX
struct x509_store_st;      // OpenSSL's X509_STORE
struct stack_st_X509_NAME; // OpenSSL's STACK_OF(X509_NAME)

namespace stagepost::net {

/// The authorities that client certificates are checked against.
class client_authority {
public:
  /// @returns Those in a PEM file, or why not, naming it.
  static std::variant<client_authority, std::string>
  load(const std::string& file);

  /// Has servers ask clients for a certificate. With `request` the handshake
  /// goes on whatever comes, with `require` only if it can be verified.
  void ask(ssl_ctx_st* ctx, config::client_certificates mode) const;

private:
  std::shared_ptr<x509_store_st> store_;
  std::shared_ptr<stack_st_X509_NAME> names_; ///< What clients are told.
};

} // namespace stagepost::net
