#pragma once

#include "config/configuration.hpp"
#include "mail/error.hpp"

#include <memory>
#include <string>
#include <variant>
#include <vector>

struct ssl_ctx_st; // OpenSSL's SSL_CTX

namespace stagepost::net {

/// Certificates, keys and rules of TLS, for servers or for clients; shared by
/// any number of connections and threads.
class tls_context {
public:
  /// For servers: the certificate is chosen by SNI, the first one by default.
  /// @returns The context, or why a file was refused (names the file).
  static std::variant<std::shared_ptr<tls_context>, std::string>
  server(const config::tls_section& section);

  /// For opportunistic delivery: any certificate will do (RFC 7435).
  static std::shared_ptr<tls_context> unverified_client();

  ~tls_context();
  [[nodiscard]] ssl_ctx_st* native() const noexcept;

private:
  tls_context() = default;
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace stagepost::net
